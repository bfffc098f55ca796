import { byNumber, byText, ID_LIST_ARGS, idFilter, orderArgs, page, PAGING_ARGS } from '../collections.ts'
import { WcError } from '../errors.ts'
import { editable, item, list, type Context, type Reply, type Route } from '../http/route.ts'
import type { Args } from '../http/schema.ts'
import { apiBase, itemLinks } from '../links.ts'
import type { Attribute, Term } from '../catalogue-model.ts'
import { slugify, toBoolean, toInteger } from '../php.ts'
import { defaultCategory } from '../product-defaults.ts'
import type { Store } from '../store.ts'
import { batchRoute } from './batch.ts'

const LIST_ARGS: Args = {
  ...PAGING_ARGS,
  ...ID_LIST_ARGS,
  ...orderArgs(['id', 'include', 'name', 'slug', 'term_group', 'description', 'count'], 'name', 'asc'),
  hide_empty: { type: 'boolean', default: false },
  parent: { type: 'integer' },
  product: { type: 'integer' },
  slug: { type: 'string' },
}

const WRITE_ARGS: Args = {
  name: { type: 'string' },
  slug: { type: 'string' },
  description: { type: 'string' },
  menu_order: { type: 'integer' },
}

/** One kind of term: where it lives and what it shows. */
interface Kind {
  path: string
  taxonomy(context: Context): string
  /** Properties beyond name, slug, description and count. */
  extra(term: Term): Record<string, unknown>
}

const KINDS: Kind[] = [
  {
    path: 'products/categories',
    taxonomy: () => 'product_cat',
    extra: (term) => ({ parent: term.parent, display: term.display, image: null, menu_order: term.menuOrder }),
  },
  { path: 'products/tags', taxonomy: () => 'product_tag', extra: () => ({}) },
  { path: 'products/shipping_classes', taxonomy: () => 'product_shipping_class', extra: () => ({}) },
  {
    path: 'products/brands',
    taxonomy: () => 'product_brand',
    extra: (term) => ({ parent: term.parent, display: term.display, image: null, menu_order: term.menuOrder }),
  },
  {
    path: 'products/attributes/{attribute_id}/terms',
    taxonomy: (context) => attribute(context, 'attribute_id').slug,
    extra: (term) => ({ menu_order: term.menuOrder }),
  },
]

export const termRoutes: Route[] = [...KINDS.flatMap(routesOf), ...attributeRoutes()]

function routesOf(kind: Kind): Route[] {
  const create = (context: Context) => createTerm(kind, context)
  const update = (context: Context) => updateTerm(kind, context)
  const remove = (context: Context) => removeTerm(kind, context)
  return [
    {
      path: kind.path,
      methods: {
        GET: { action: 'list', args: LIST_ARGS, handle: (context) => listTerms(kind, context) },
        POST: { action: 'create', args: { ...WRITE_ARGS, name: { type: 'string', required: true } }, handle: create },
      },
    },
    batchRoute(`${kind.path}/batch`, { create, update, remove }),
    {
      path: `${kind.path}/{id}`,
      methods: {
        GET: { action: 'view', args: {}, handle: (context) => item(view(kind, context, found(kind, context))) },
        ...editable({ action: 'edit', args: WRITE_ARGS, handle: update }),
        DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: remove },
      },
    },
  ]
}

function found(kind: Kind, context: Context): Term {
  const term = context.store.data.terms.get(context.ids['id']!)
  if (!term || term.taxonomy !== kind.taxonomy(context)) throw new WcError('woocommerce_rest_term_invalid', 'Resource does not exist.', 404)
  return term
}

function createTerm(kind: Kind, context: Context): Reply {
  const { store, params } = context
  const name = String(params['name'] ?? '').trim()
  if (name === '') throw new WcError('empty_term_name', 'A name is required for this term.', 400)
  const parent = toInteger(params['parent'] ?? 0)
  if (parent !== 0 && !store.data.terms.has(parent)) throw new WcError('missing_parent', 'Parent term does not exist.', 400)
  const taxonomy = kind.taxonomy(context)
  for (const other of store.data.terms.values()) {
    if (store.on(76) && other.taxonomy === taxonomy && other.parent === parent && other.name.toLowerCase() === name.toLowerCase()) {
      throw new WcError('term_exists', 'A term with the name provided already exists with this parent.', 400, { resource_id: other.id })
    }
  }
  const term: Term = {
    id: store.next('term'),
    taxonomy,
    name: name.replaceAll('&', '&amp;'),
    slug: slugify(String(params['slug'] ?? name)),
    parent,
    description: '',
    display: 'default',
    menuOrder: 0,
  }
  write(term, params)
  store.data.terms.set(term.id, term)
  const path = kind.path.replace('{attribute_id}', String(context.ids['attribute_id'] ?? ''))
  return item(view(kind, context, term), 201, { Location: `${apiBase(store.home())}/${path}/${term.id}` })
}

function updateTerm(kind: Kind, context: Context): Reply {
  const term = found(kind, context)
  if (typeof context.params['name'] === 'string') term.name = context.params['name']
  if (typeof context.params['slug'] === 'string') term.slug = slugify(context.params['slug'])
  if (context.params['parent'] !== undefined) term.parent = toInteger(context.params['parent'])
  write(term, context.params)
  return item(view(kind, context, term))
}

function write(term: Term, params: Record<string, unknown>): void {
  if (typeof params['description'] === 'string') term.description = params['description']
  if (typeof params['display'] === 'string') term.display = params['display']
  if (params['menu_order'] !== undefined) term.menuOrder = toInteger(params['menu_order'])
}

function removeTerm(kind: Kind, context: Context): Reply {
  const { store } = context
  if (context.params['force'] !== true)
    throw new WcError('woocommerce_rest_trash_not_supported', 'Resource does not support trashing.', 501)
  const term = found(kind, context)
  if (term.id === defaultCategory(store))
    throw new WcError('woocommerce_rest_cannot_delete', 'The default product category cannot be deleted.', 500)
  const before = view(kind, context, term)
  store.data.terms.delete(term.id)
  for (const product of store.data.products.values()) {
    product.categoryIds = product.categoryIds.filter((id) => id !== term.id)
    product.tagIds = product.tagIds.filter((id) => id !== term.id)
  }
  return item(before)
}

function listTerms(kind: Kind, context: Context): Reply {
  const { store, params } = context
  const taxonomy = kind.taxonomy(context)
  const ids = idFilter(params, true)
  const search = typeof params['search'] === 'string' ? params['search'].toLowerCase() : ''
  const rows = [...store.data.terms.values()].filter(
    (term) =>
      term.taxonomy === taxonomy &&
      (!ids || ids(term)) &&
      (params['parent'] === undefined || term.parent === params['parent']) &&
      (params['slug'] === undefined || term.slug === params['slug']) &&
      (search === '' || term.name.toLowerCase().includes(search)),
  )
  const by = params['orderby']
  if (by === 'id') rows.sort(byNumber((term) => term.id, params['order']))
  else if (by === 'slug') rows.sort(byText((term) => term.slug, params['order']))
  else rows.sort(byText((term) => term.name, params['order']))
  const { rows: cut, paging } = page(rows, params)
  return list(
    cut.map((term) => view(kind, context, term)),
    paging,
  )
}

function view(kind: Kind, context: Context, term: Term): Record<string, unknown> {
  const { store } = context
  const path = kind.path.replace('{attribute_id}', String(context.ids['attribute_id'] ?? ''))
  const base = apiBase(store.home())
  return {
    id: term.id,
    name: term.name,
    slug: term.slug,
    description: term.description,
    ...kind.extra(term),
    count: count(store, term),
    _links: {
      ...itemLinks(store, `${path}/${term.id}`),
      ...(term.parent === 0 ? {} : { up: [{ href: `${base}/${path}/${term.parent}` }] }),
    },
  }
}

function count(store: Store, term: Term): number {
  let products = 0
  for (const product of store.data.products.values()) {
    if (product.status !== 'publish') continue
    if (product.categoryIds.includes(term.id) || product.tagIds.includes(term.id) || product.shippingClassId === term.id) products++
  }
  return products
}

function attribute(context: Context, name: string): Attribute {
  const found = context.store.data.attributes.get(context.ids[name]!)
  if (!found) throw new WcError('woocommerce_rest_taxonomy_invalid', 'Resource does not exist.', 404)
  return found
}

function attributeRoutes(): Route[] {
  return [
    {
      path: 'products/attributes',
      methods: {
        GET: {
          action: 'list',
          args: {},
          handle: ({ store }) => list([...store.data.attributes.values()].map((each) => attributeView(store, each))),
        },
        POST: { action: 'create', args: { name: { type: 'string', required: true }, slug: { type: 'string' } }, handle: createAttribute },
      },
    },
    batchRoute('products/attributes/batch', { create: createAttribute, update: updateAttribute, remove: removeAttribute }),
    {
      path: 'products/attributes/{id}',
      methods: {
        GET: { action: 'view', args: {}, handle: (context) => item(attributeView(context.store, attribute(context, 'id'))) },
        ...editable({ action: 'edit', args: { name: { type: 'string' } }, handle: updateAttribute }),
        DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: removeAttribute },
      },
    },
  ]
}

function createAttribute(context: Context): Reply {
  const { store, params } = context
  const name = String(params['name'] ?? '')
  const own = slugify(String(params['slug'] ?? name)).replace(/^pa_/, '')
  const slug = `pa_${own}`
  for (const other of store.data.attributes.values()) {
    if (other.slug === slug) throw new WcError('woocommerce_rest_cannot_create', `Slug "${own}" is already in use. Change it, please.`, 400)
  }
  const created: Attribute = {
    id: store.next('attribute'),
    name,
    slug,
    type: String(params['type'] ?? 'select'),
    orderBy: String(params['order_by'] ?? 'menu_order'),
    hasArchives: toBoolean(params['has_archives'] ?? false),
  }
  store.data.attributes.set(created.id, created)
  return item(attributeView(store, created), 201, { Location: `${apiBase(store.home())}/products/attributes/${created.id}` })
}

function updateAttribute(context: Context): Reply {
  const found = attribute(context, 'id')
  if (typeof context.params['name'] === 'string') found.name = context.params['name']
  if (typeof context.params['order_by'] === 'string') found.orderBy = context.params['order_by']
  return item(attributeView(context.store, found))
}

function removeAttribute(context: Context): Reply {
  if (context.params['force'] !== true)
    throw new WcError('woocommerce_rest_trash_not_supported', 'Resource does not support trashing.', 501)
  const found = attribute(context, 'id')
  context.store.data.attributes.delete(found.id)
  return item(attributeView(context.store, found))
}

function attributeView(store: Store, found: Attribute): Record<string, unknown> {
  return {
    id: found.id,
    name: found.name,
    slug: found.slug,
    type: found.type,
    order_by: found.orderBy,
    has_archives: found.hasArchives,
    _links: itemLinks(store, `products/attributes/${found.id}`),
  }
}
