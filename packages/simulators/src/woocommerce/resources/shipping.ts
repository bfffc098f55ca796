import { WcError } from '../errors.ts'
import { editable, item, list, type Context, type Reply, type Route } from '../http/route.ts'
import { apiBase, itemLinks } from '../links.ts'
import { toBoolean, toInteger } from '../php.ts'
import type { ShippingZone, Store } from '../store.ts'

const METHODS: Record<string, [title: string, description: string]> = {
  flat_rate: ['Flat rate', 'Lets you charge a fixed rate for shipping.'],
  free_shipping: ['Free shipping', 'Free shipping is a special method which can be triggered with coupons and minimum spends.'],
  local_pickup: [
    'Local pickup',
    'Allow customers to pick up orders themselves. By default, when using local pickup store base taxes will apply regardless of customer address.',
  ],
  pickup_location: ['Local pickup', 'Allow customers to choose a local pickup location during checkout.'],
}

export const shippingRoutes: Route[] = [
  { path: 'shipping_methods', methods: { GET: { action: 'list', args: {}, handle: listMethods } } },
  { path: 'shipping_methods/{id+}', methods: { GET: { action: 'view', args: {}, handle: oneMethod } } },
  {
    path: 'shipping/zones',
    methods: {
      GET: { action: 'list', args: {}, handle: listZones },
      POST: { action: 'create', args: { name: { type: 'string', required: true }, order: { type: 'integer' } }, handle: createZone },
    },
  },
  {
    path: 'shipping/zones/{id}',
    methods: {
      GET: { action: 'view', args: {}, handle: (context) => item(zoneView(context.store, zone(context))) },
      ...editable({ action: 'edit', args: { name: { type: 'string' }, order: { type: 'integer' } }, handle: updateZone }),
      DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: removeZone },
    },
  },
  {
    path: 'shipping/zones/{id}/locations',
    methods: {
      GET: { action: 'list', args: {}, handle: listLocations },
      ...editable({ action: 'edit', args: {}, handle: replaceLocations }),
    },
  },
  {
    path: 'shipping/zones/{zone_id}/methods',
    methods: {
      GET: {
        action: 'list',
        args: {},
        handle: (context) => list(zone(context).methods.map((method) => methodView(context.store, zone(context), method))),
      },
      POST: { action: 'create', args: { method_id: { type: 'string', required: true } }, handle: addMethod },
    },
  },
  {
    path: 'shipping/zones/{zone_id}/methods/{instance_id}',
    methods: {
      GET: { action: 'view', args: {}, handle: (context) => item(methodView(context.store, zone(context), zoneMethod(context))) },
      ...editable({ action: 'edit', args: {}, handle: updateMethod }),
      DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: removeMethod },
    },
  },
]

function methodEntry(store: Store, id: string): Record<string, unknown> {
  const base = `${apiBase(store.home())}/shipping_methods`
  const [title, description] = METHODS[id]!
  return {
    id,
    title,
    description,
    _links: { self: [{ href: `${base}/${id}`, targetHints: { allow: ['GET'] } }], collection: [{ href: base }] },
  }
}

function listMethods({ store }: Context): Reply {
  const ids = Object.keys(METHODS)
  return list(
    ids.map((id) => methodEntry(store, id)),
    { total: ids.length, pages: 1, page: 1 },
  )
}

function oneMethod(context: Context): Reply {
  const id = context.names['id']!
  if (!METHODS[id]) throw new WcError('woocommerce_rest_shipping_method_invalid', 'Resource does not exist.', 404)
  return item(methodEntry(context.store, id))
}

function zone(context: Context): ShippingZone {
  const found = context.store.data.zones.get(context.ids['zone_id'] ?? context.ids['id']!)
  if (!found) throw new WcError('woocommerce_rest_shipping_zone_invalid', 'Resource does not exist.', 404)
  return found
}

function listZones({ store }: Context): Reply {
  const zones = [...store.data.zones.values()].sort((a, b) => a.order - b.order || a.id - b.id)
  return list(
    zones.map((each) => zoneView(store, each)),
    { total: zones.length, pages: 1, page: 1 },
  )
}

function createZone(context: Context): Reply {
  const { store, params } = context
  const created: ShippingZone = {
    id: store.next('zone'),
    name: String(params['name']),
    order: toInteger(params['order'] ?? 0),
    locations: [],
    methods: [],
  }
  store.data.zones.set(created.id, created)
  return item(zoneView(store, created), 201, { Location: `${apiBase(store.home())}/shipping/zones/${created.id}` })
}

/** Zone 0, the rest of the world, cannot be changed (woocommerce.md 3). */
function updateZone(context: Context): Reply {
  const found = zone(context)
  if (found.id === 0) {
    throw new WcError(
      'woocommerce_rest_shipping_zone_invalid_zone',
      'The "locations not covered by your other zones" zone cannot be updated.',
      403,
    )
  }
  if (typeof context.params['name'] === 'string') found.name = context.params['name']
  if (context.params['order'] !== undefined) found.order = toInteger(context.params['order'])
  return item(zoneView(context.store, found))
}

function removeZone(context: Context): Reply {
  if (context.params['force'] !== true) throw new WcError('rest_trash_not_supported', 'Shipping zones do not support trashing.', 501)
  const found = zone(context)
  context.store.data.zones.delete(found.id)
  return item(zoneView(context.store, found))
}

function zoneView(store: Store, found: ShippingZone): Record<string, unknown> {
  return {
    id: found.id,
    name: found.name,
    order: found.order,
    _links: {
      ...itemLinks(store, `shipping/zones/${found.id}`),
      describedby: [{ href: `${apiBase(store.home())}/shipping/zones/${found.id}/locations` }],
    },
  }
}

function listLocations(context: Context): Reply {
  const found = zone(context)
  const base = `${apiBase(context.store.home())}/shipping/zones/${found.id}`
  const rows = found.locations.map((location) => ({
    ...location,
    _links: { collection: [{ href: `${base}/locations` }], describes: [{ href: base }] },
  }))
  return list(rows, { total: rows.length, pages: 1, page: 1 })
}

/** The list is replaced; entries of an unknown type are dropped (woocommerce.md 12). */
function replaceLocations(context: Context): Reply {
  const posted = Object.values(context.body).filter((entry) => typeof entry === 'object' && entry !== null) as Record<string, unknown>[]
  zone(context).locations = posted
    .map((entry) => ({ code: String(entry['code'] ?? ''), type: String(entry['type'] ?? 'country') }))
    .filter((entry) => ['postcode', 'state', 'country', 'continent'].includes(entry.type))
  return listLocations(context)
}

type ZoneMethod = ShippingZone['methods'][number]

function zoneMethod(context: Context): ZoneMethod {
  const found = zone(context).methods.find((method) => method.id === context.ids['instance_id'])
  if (!found) throw new WcError('woocommerce_rest_shipping_zone_method_invalid', 'Resource does not exist.', 404)
  return found
}

/** Answers 200, not 201 (woocommerce.md 1). */
function addMethod(context: Context): Reply {
  const { store, params } = context
  const found = zone(context)
  const methodId = String(params['method_id'])
  if (!METHODS[methodId]) throw new WcError('woocommerce_rest_shipping_zone_method_invalid', 'Resource does not exist.', 404)
  const method: ZoneMethod = {
    id: store.next('zoneMethod'),
    methodId,
    order: found.methods.length + 1,
    enabled: true,
    settings: { title: METHODS[methodId][0], tax_status: 'taxable', cost: '0' },
  }
  found.methods.push(method)
  apply(method, params)
  return item(methodView(store, found, method))
}

function updateMethod(context: Context): Reply {
  const method = zoneMethod(context)
  apply(method, context.params)
  return item(methodView(context.store, zone(context), method))
}

function apply(method: ZoneMethod, params: Record<string, unknown>): void {
  if (params['enabled'] !== undefined) method.enabled = toBoolean(params['enabled'])
  if (params['order'] !== undefined) method.order = toInteger(params['order'])
  const settings = params['settings']
  if (typeof settings === 'object' && settings !== null) {
    for (const [name, value] of Object.entries(settings)) if (name in method.settings) method.settings[name] = String(value)
  }
}

function removeMethod(context: Context): Reply {
  const { store } = context
  if (context.params['force'] !== true) throw new WcError('rest_trash_not_supported', 'Shipping methods do not support trashing.', 501)
  const found = zone(context)
  const method = zoneMethod(context)
  found.methods = found.methods.filter((each) => each !== method)
  return item(methodView(store, found, method))
}

const COST_HELP =
  'Enter a cost (excl. tax) or sum, e.g. <code>10.00 * [qty]</code>.<br/><br/>Use <code>[qty]</code> for the number of items, <br/><code>[cost]</code> for the total cost of items, and <code>[fee percent="10" min_fee="20" max_fee=""]</code> for percentage based fees.'

function methodView(store: Store, found: ShippingZone, method: ZoneMethod): Record<string, unknown> {
  const [title, description] = METHODS[method.methodId]!
  const field = (id: string, label: string, help: string, type: string, fallback: string, placeholder = '') => ({
    id,
    label,
    description: help,
    type,
    value: method.settings[id],
    default: fallback,
    tip: help,
    placeholder,
  })
  const name = 'Your customers will see the name of this shipping method during checkout.'
  const base = `${apiBase(store.home())}/shipping/zones/${found.id}`
  return {
    id: method.id,
    instance_id: method.id,
    // The title of the record lags behind the setting until the method is loaded again.
    title,
    order: method.order,
    enabled: method.enabled,
    method_id: method.methodId,
    method_title: title,
    method_description: `<p>${description}</p>\n`,
    settings: {
      title: field('title', 'Name', name, 'text', title, 'e.g. Standard national'),
      tax_status: { ...field('tax_status', 'Tax status', '', 'select', 'taxable'), options: { taxable: 'Taxable', none: 'None' } },
      cost: field('cost', 'Cost', COST_HELP, 'text', ''),
    },
    _links: { ...itemLinks(store, `shipping/zones/${found.id}/methods/${method.id}`), describes: [{ href: base }] },
  }
}
