import {
  boundSeconds,
  byInclude,
  byNumber,
  DATE_ARGS,
  dateFilter,
  idFilter,
  ID_LIST_ARGS,
  orderArgs,
  page,
  PAGING_ARGS,
} from '../collections.ts'
import { decimal, HUNDRED, shown } from '../decimal.ts'
import { unknownOnUpdate, WcError } from '../errors.ts'
import { emit } from '../events.ts'
import type { Params } from '../http/query.ts'
import { editable, item, list, type Context, type Reply, type Route } from '../http/route.ts'
import type { Args } from '../http/schema.ts'
import { apiBase, itemLinks } from '../links.ts'
import { writeMeta } from '../meta.ts'
import type { Coupon } from '../catalogue-model.ts'
import { toBoolean, toInteger } from '../php.ts'
import { postedMoney } from '../posted-money.ts'
import type { Store } from '../store.ts'
import { batchRoute } from './batch.ts'

const LIST_ARGS: Args = {
  ...PAGING_ARGS,
  ...DATE_ARGS,
  ...ID_LIST_ARGS,
  ...orderArgs(['date', 'id', 'include', 'title', 'slug', 'modified'], 'date', 'desc'),
  code: { type: 'string' },
}

const WRITE_ARGS: Args = {
  code: { type: 'string' },
  amount: { type: 'string' },
  status: { type: 'string' },
  discount_type: { type: 'string', enum: ['percent', 'fixed_cart', 'fixed_product'] },
  description: { type: 'string' },
  individual_use: { type: 'boolean' },
  usage_limit: { type: 'integer' },
  usage_limit_per_user: { type: 'integer' },
  limit_usage_to_x_items: { type: 'integer' },
  free_shipping: { type: 'boolean' },
  exclude_sale_items: { type: 'boolean' },
  minimum_amount: { type: 'string' },
  maximum_amount: { type: 'string' },
  meta_data: { type: 'array' },
}

export const couponRoutes: Route[] = [
  {
    path: 'coupons',
    methods: {
      GET: { action: 'list', args: LIST_ARGS, handle: listCoupons },
      POST: { action: 'create', args: { ...WRITE_ARGS, code: { type: 'string', required: true } }, handle: create },
    },
  },
  batchRoute('coupons/batch', { create, update, remove }),
  {
    path: 'coupons/{id}',
    methods: {
      GET: { action: 'view', args: {}, handle: (context) => item(couponView(context.store, found(context, 404))) },
      ...editable({ action: 'edit', args: WRITE_ARGS, handle: update }),
      DELETE: { action: 'delete', args: { force: { type: 'boolean', default: false } }, handle: remove },
    },
  },
]

function found(context: Context, status: number): Coupon {
  const coupon = context.store.data.coupons.get(context.ids['id']!)
  if (!coupon) throw new WcError('woocommerce_rest_shop_coupon_invalid_id', 'Invalid ID.', status)
  return coupon
}

function create(context: Context): Reply {
  const { store, params } = context
  if (params['id']) throw new WcError('woocommerce_rest_shop_coupon_exists', 'Cannot create existing shop_coupon.', 400)
  const code = String(params['code'] ?? '')
    .trim()
    .toLowerCase()
  if (code === '') throw new WcError('woocommerce_rest_empty_coupon_code', 'The coupon code cannot be empty.', 400)
  const coupon = emptyCoupon(store)
  coupon.code = code
  assertFree(store, coupon)
  write(store, coupon, params)
  coupon.id = store.next('coupon')
  store.data.coupons.set(coupon.id, coupon)
  emit(store, 'coupon', 'created', coupon.id)
  return item(couponView(store, coupon), 201, { Location: `${apiBase(store.home())}/coupons/${coupon.id}` })
}

/** Only code, description and status move `date_modified`; amounts, dates and limits do not (woocommerce.md 11, a trap). */
function update(context: Context): Reply {
  const { store, params } = context
  const coupon = found(context, unknownOnUpdate(store))
  if (typeof params['code'] === 'string') {
    coupon.code = params['code'].trim().toLowerCase()
    assertFree(store, coupon)
  }
  write(store, coupon, params)
  if (!store.on(85) || ['code', 'description', 'status'].some((name) => params[name] !== undefined)) coupon.modified = store.now()
  emit(store, 'coupon', 'updated', coupon.id)
  return item(couponView(store, coupon))
}

function remove(context: Context): Reply {
  const { store } = context
  const coupon = found(context, 404)
  const before = couponView(store, coupon)
  if (context.params['force'] === true || !store.on(79)) store.data.coupons.delete(coupon.id)
  else if (coupon.status === 'trash')
    throw new WcError('woocommerce_rest_already_trashed', 'The shop_coupon has already been deleted.', 410)
  else {
    coupon.status = 'trash'
    coupon.modified = store.now()
    emit(store, 'coupon', 'deleted', coupon.id)
    if (store.on(100)) emit(store, 'product', 'deleted', coupon.id)
  }
  return item(before)
}

/** A code is unique in any case; a trashed coupon frees it (woocommerce.md 11). */
function assertFree(store: Store, coupon: Coupon): void {
  for (const other of store.data.coupons.values()) {
    if (other.id !== coupon.id && other.code === coupon.code && other.status !== 'trash') {
      throw new WcError('woocommerce_rest_coupon_code_already_exists', 'The coupon code already exists', 400)
    }
  }
}

function write(store: Store, coupon: Coupon, params: Params): void {
  if (params['discount_type'] !== undefined) coupon.discountType = String(params['discount_type'])
  if (params['amount'] !== undefined) {
    const amount = decimal(postedMoney(store, params['amount']))
    if (amount < 0n || (coupon.discountType === 'percent' && amount > HUNDRED)) {
      throw new WcError('coupon_invalid_amount', 'Invalid discount amount.', 400)
    }
    coupon.amount = postedMoney(store, params['amount'])
  }
  if (params['status'] !== undefined) coupon.status = String(params['status'])
  if (params['description'] !== undefined) coupon.description = String(params['description'])
  const expires = params['date_expires_gmt'] ?? params['date_expires']
  if (expires !== undefined) {
    const text = String(expires ?? '')
    coupon.expires =
      text === '' || expires === null
        ? null
        : boundSeconds(store, text.length === 10 ? `${text}T00:00:00` : text, params['date_expires_gmt'] !== undefined)
  }
  for (const [name, key] of LIMITS) if (params[name] !== undefined) coupon[key] = params[name] === null ? null : toInteger(params[name])
  for (const [name, key] of FLAGS) if (params[name] !== undefined) coupon[key] = toBoolean(params[name])
  for (const [name, key] of ID_LISTS) if (Array.isArray(params[name])) coupon[key] = (params[name] as unknown[]).map(toInteger)
  for (const [name, key] of AMOUNTS) if (params[name] !== undefined) coupon[key] = postedMoney(store, params[name])
  if (Array.isArray(params['email_restrictions'])) coupon.emailRestrictions = params['email_restrictions'].map(String)
  writeMeta(store, coupon.meta, params['meta_data'], () => store.next('postMeta'))
}

const LIMITS = [
  ['usage_limit', 'usageLimit'],
  ['usage_limit_per_user', 'usageLimitPerUser'],
  ['limit_usage_to_x_items', 'limitUsageToItems'],
] as const
const FLAGS = [
  ['individual_use', 'individualUse'],
  ['free_shipping', 'freeShipping'],
  ['exclude_sale_items', 'excludeSaleItems'],
] as const
const AMOUNTS = [
  ['minimum_amount', 'minimumAmount'],
  ['maximum_amount', 'maximumAmount'],
] as const
const ID_LISTS = [
  ['product_ids', 'productIds'],
  ['excluded_product_ids', 'excludedProductIds'],
  ['product_categories', 'categoryIds'],
  ['excluded_product_categories', 'excludedCategoryIds'],
] as const

function listCoupons(context: Context): Reply {
  const { store, params } = context
  const dates = dateFilter(store, params)
  const ids = idFilter(params, true)
  const code = typeof params['code'] === 'string' ? params['code'].trim().toLowerCase() : ''
  const search = typeof params['search'] === 'string' ? params['search'].toLowerCase() : ''
  const rows = [...store.data.coupons.values()].filter(
    (coupon) =>
      coupon.status !== 'trash' &&
      (code === '' || coupon.code === code) &&
      (search === '' || coupon.code.includes(search) || coupon.description.toLowerCase().includes(search)) &&
      (!dates || dates(coupon)) &&
      (!ids || ids(coupon)),
  )
  const by = params['orderby']
  if (by === 'include') rows.sort(byInclude(params))
  else rows.sort(byNumber((coupon) => (by === 'id' ? coupon.id : by === 'modified' ? coupon.modified : coupon.created), params['order']))
  const { rows: cut, paging } = page(rows, params)
  return list(
    cut.map((coupon) => couponView(store, coupon)),
    paging,
  )
}

/** Amounts of a coupon always have two decimals (woocommerce.md 5). */
export function couponView(store: Store, coupon: Coupon): Record<string, unknown> {
  return {
    id: coupon.id,
    code: coupon.code,
    amount: shown(coupon.amount, 2),
    status: coupon.status,
    date_created: store.time.local(coupon.created),
    date_created_gmt: store.time.gmt(coupon.created),
    date_modified: store.time.local(coupon.modified),
    date_modified_gmt: store.time.gmt(coupon.modified),
    discount_type: coupon.discountType,
    description: coupon.description,
    date_expires: coupon.expires === null ? null : store.time.local(coupon.expires),
    date_expires_gmt: coupon.expires === null ? null : store.time.gmt(coupon.expires),
    usage_count: coupon.usageCount,
    individual_use: coupon.individualUse,
    product_ids: coupon.productIds,
    excluded_product_ids: coupon.excludedProductIds,
    usage_limit: coupon.usageLimit,
    usage_limit_per_user: coupon.usageLimitPerUser,
    limit_usage_to_x_items: coupon.limitUsageToItems,
    free_shipping: coupon.freeShipping,
    product_categories: coupon.categoryIds,
    excluded_product_categories: coupon.excludedCategoryIds,
    exclude_sale_items: coupon.excludeSaleItems,
    minimum_amount: shown(coupon.minimumAmount, 2),
    maximum_amount: shown(coupon.maximumAmount, 2),
    email_restrictions: coupon.emailRestrictions,
    used_by: coupon.usedBy,
    meta_data: coupon.meta,
    _links: itemLinks(store, `coupons/${coupon.id}`),
  }
}

export function emptyCoupon(store: Store): Coupon {
  return {
    id: 0,
    code: '',
    amount: '0',
    status: 'publish',
    created: store.now(),
    modified: store.now(),
    discountType: 'fixed_cart',
    description: '',
    expires: null,
    usageCount: 0,
    individualUse: false,
    productIds: [],
    excludedProductIds: [],
    usageLimit: null,
    usageLimitPerUser: null,
    limitUsageToItems: null,
    freeShipping: false,
    categoryIds: [],
    excludedCategoryIds: [],
    excludeSaleItems: false,
    minimumAmount: '0',
    maximumAmount: '0',
    emailRestrictions: [],
    usedBy: [],
    meta: [],
  }
}
