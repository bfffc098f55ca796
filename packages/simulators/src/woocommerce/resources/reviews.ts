import { createHash } from 'node:crypto'
import { byNumber, idFilter, ID_LIST_ARGS, orderArgs, page, PAGING_ARGS } from '../collections.ts'
import { WcError } from '../errors.ts'
import { editable, item, list, type Context, type Reply, type Route } from '../http/route.ts'
import type { Args } from '../http/schema.ts'
import { apiBase, itemLinks } from '../links.ts'
import type { Review } from '../catalogue-model.ts'
import { toInteger } from '../php.ts'
import type { Store } from '../store.ts'
import { batchRoute } from './batch.ts'

const LIST_ARGS: Args = {
  ...PAGING_ARGS,
  ...ID_LIST_ARGS,
  ...orderArgs(['date', 'date_gmt', 'id', 'include', 'product'], 'date_gmt', 'desc'),
  product: { type: 'array', items: { type: 'integer' } },
}

export const reviewRoutes: Route[] = [
  {
    path: 'products/reviews',
    methods: {
      GET: { action: 'list', args: LIST_ARGS, handle: listReviews },
      POST: {
        action: 'create',
        args: {
          product_id: { type: 'integer', required: true },
          review: { type: 'string', required: true },
          reviewer: { type: 'string', required: true },
          reviewer_email: { type: 'string', required: true },
          rating: { type: 'integer' },
        },
        handle: create,
      },
    },
  },
  batchRoute('products/reviews/batch', { create, update, remove }),
  {
    path: 'products/reviews/{id}',
    methods: {
      GET: { action: 'view', args: {}, handle: (context) => item(view(context.store, found(context))) },
      ...editable({ action: 'edit', args: { review: { type: 'string' }, rating: { type: 'integer' } }, handle: update }),
      DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: remove },
    },
  },
]

function found(context: Context): Review {
  const review = context.store.data.reviews.get(context.ids['id']!)
  if (!review) throw new WcError('woocommerce_rest_review_invalid_id', 'Invalid review ID.', 404)
  return review
}

function create(context: Context): Reply {
  const { store, params } = context
  const productId = toInteger(params['product_id'])
  if (!store.data.products.has(productId)) throw new WcError('woocommerce_rest_product_invalid_id', 'Invalid product ID.', 404)
  const review: Review = {
    id: store.next('comment'),
    productId,
    created: store.now(),
    status: 'approved',
    reviewer: String(params['reviewer'] ?? ''),
    email: String(params['reviewer_email'] ?? ''),
    review: String(params['review'] ?? ''),
    rating: toInteger(params['rating'] ?? 0),
    verified: false,
  }
  store.data.reviews.set(review.id, review)
  return item(view(store, review), 201, { Location: `${apiBase(store.home())}/products/reviews/${review.id}` })
}

function update(context: Context): Reply {
  const review = found(context)
  if (typeof context.params['review'] === 'string') review.review = context.params['review']
  if (context.params['rating'] !== undefined) review.rating = toInteger(context.params['rating'])
  if (typeof context.params['status'] === 'string') review.status = context.params['status']
  return item(view(context.store, review))
}

function remove(context: Context): Reply {
  const review = found(context)
  const before = view(context.store, review)
  if (context.params['force'] === true) context.store.data.reviews.delete(review.id)
  else review.status = 'trash'
  return item(before)
}

function listReviews(context: Context): Reply {
  const { store, params } = context
  const ids = idFilter(params, true)
  const products = (params['product'] as number[] | undefined) ?? []
  const rows = [...store.data.reviews.values()].filter(
    (review) => review.status === 'approved' && (!ids || ids(review)) && (products.length === 0 || products.includes(review.productId)),
  )
  rows.sort(byNumber((review) => (params['orderby'] === 'id' ? review.id : review.created), params['order']))
  const { rows: cut, paging } = page(rows, params)
  return list(
    cut.map((review) => view(store, review)),
    paging,
  )
}

function view(store: Store, review: Review): Record<string, unknown> {
  const product = store.data.products.get(review.productId)
  const hash = createHash('sha256').update(review.email.trim().toLowerCase()).digest('hex')
  const avatar = (size: number) => `https://secure.gravatar.com/avatar/${hash}?s=${size}&d=mm&r=g`
  return {
    id: review.id,
    date_created: store.time.local(review.created),
    date_created_gmt: store.time.gmt(review.created),
    product_id: review.productId,
    product_name: product?.name ?? '',
    product_permalink: product ? `${store.home()}/product/${product.slug}/` : '',
    status: review.status,
    reviewer: review.reviewer,
    reviewer_email: review.email,
    review: review.review,
    rating: review.rating,
    verified: review.verified,
    reviewer_avatar_urls: { 24: avatar(24), 48: avatar(48), 96: avatar(96) },
    _links: {
      ...itemLinks(store, `products/reviews/${review.id}`),
      up: [{ href: `${apiBase(store.home())}/products/${review.productId}` }],
    },
  }
}
