/** Records as the shop stores them. Money is plain decimal text, times are whole epoch seconds, ids are numbers. */

export interface Meta {
  id: number
  key: string | null
  value: unknown
}

export interface Address {
  first_name: string
  last_name: string
  company: string
  address_1: string
  address_2: string
  city: string
  state: string
  postcode: string
  country: string
  phone: string
  /** Billing only. */
  email?: string
}

/** Tax of one item by one rate, unrounded (six places). `subtotal` is '' where the item has no price before discount. */
export interface TaxPart {
  id: number
  total: string
  subtotal: string
}

export interface LineItem {
  id: number
  name: string
  productId: number
  variationId: number
  quantity: number
  taxClass: string
  subtotal: string
  subtotalTax: string
  total: string
  totalTax: string
  taxes: TaxPart[]
  meta: Meta[]
}

export interface ShippingItem {
  id: number
  methodTitle: string
  methodId: string
  instanceId: string
  total: string
  totalTax: string
  taxes: TaxPart[]
  taxStatus: string
  meta: Meta[]
}

export interface FeeItem {
  id: number
  name: string
  taxClass: string
  taxStatus: string
  total: string
  totalTax: string
  taxes: TaxPart[]
  meta: Meta[]
}

export interface TaxItem {
  id: number
  rateCode: string
  rateId: number
  label: string
  compound: boolean
  taxTotal: string
  shippingTaxTotal: string
  /** Percent as a number, as shown. */
  ratePercent: number
}

export interface CouponItem {
  id: number
  code: string
  discount: string
  discountTax: string
  discountType: string
  nominalAmount: string
  freeShipping: boolean
  meta: Meta[]
}

/** What orders and refunds have in common: items and the sums over them. */
export interface ItemHolder {
  lines: LineItem[]
  shippingLines: ShippingItem[]
  feeLines: FeeItem[]
  taxLines: TaxItem[]
  pricesIncludeTax: boolean
  shippingTotal: string
  shippingTax: string
  cartTax: string
  discountTotal: string
  discountTax: string
  total: string
  totalTax: string
}

export interface Order extends ItemHolder {
  kind: 'order'
  id: number
  parentId: number
  status: string
  currency: string
  created: number
  modified: number
  paid: number | null
  completed: number | null
  customerId: number
  orderKey: string
  billing: Address
  shipping: Address
  paymentMethod: string
  paymentMethodTitle: string
  transactionId: string
  customerIp: string
  customerAgent: string
  createdVia: string
  customerNote: string
  cartHash: string
  meta: Meta[]
  couponLines: CouponItem[]
  /** Ids of its refunds, oldest first. */
  refundIds: number[]
  stockReduced: boolean
  salesRecorded: boolean
}

export interface Refund extends ItemHolder {
  kind: 'refund'
  id: number
  parentId: number
  created: number
  modified: number
  currency: string
  /** Positive, or '' for a refund created without amount. */
  amount: string
  reason: string
  refundedBy: number
  refundedPayment: boolean
  meta: Meta[]
}

export interface Customer {
  id: number
  created: number
  modified: number | null
  email: string
  firstName: string
  lastName: string
  role: string
  username: string
  displayName: string
  billing: Address
  shipping: Address
  paying: boolean
  meta: Meta[]
}

export interface ProductAttribute {
  /** 0 for an attribute of this product only. */
  id: number
  name: string
  position: number
  visible: boolean
  variation: boolean
  options: string[]
}

export interface Product {
  id: number
  type: string
  status: string
  name: string
  slug: string
  created: number
  modified: number
  featured: boolean
  catalogVisibility: string
  description: string
  shortDescription: string
  sku: string
  globalUniqueId: string
  regularPrice: string
  salePrice: string
  saleFrom: number | null
  saleTo: number | null
  totalSales: number
  virtual: boolean
  downloadable: boolean
  downloads: { id: string; name: string; file: string }[]
  downloadLimit: number
  downloadExpiry: number
  externalUrl: string
  buttonText: string
  taxStatus: string
  /** 'parent' on a variation that follows its parent. */
  taxClass: string
  manageStock: boolean
  stockQuantity: number | null
  stockStatus: string
  backorders: string
  lowStockAmount: number | null
  soldIndividually: boolean
  weight: string
  dimensions: { length: string; width: string; height: string }
  shippingClassId: number
  reviewsAllowed: boolean
  upsellIds: number[]
  crossSellIds: number[]
  parentId: number
  purchaseNote: string
  categoryIds: number[]
  tagIds: number[]
  attributes: ProductAttribute[]
  defaultAttributes: { id: number; name: string; option: string }[]
  /** Of a variation: its choice per attribute, the option as a slug for shared attributes. */
  choices: { id: number; name: string; option: string }[]
  variationIds: number[]
  groupedIds: number[]
  menuOrder: number
  postPassword: string
  meta: Meta[]
}

export interface Coupon {
  id: number
  code: string
  amount: string
  status: string
  created: number
  modified: number
  discountType: string
  description: string
  expires: number | null
  usageCount: number
  individualUse: boolean
  productIds: number[]
  excludedProductIds: number[]
  usageLimit: number | null
  usageLimitPerUser: number | null
  limitUsageToItems: number | null
  freeShipping: boolean
  categoryIds: number[]
  excludedCategoryIds: number[]
  excludeSaleItems: boolean
  minimumAmount: string
  maximumAmount: string
  emailRestrictions: string[]
  usedBy: string[]
  meta: Meta[]
}

export interface TaxRate {
  id: number
  country: string
  state: string
  postcodes: string[]
  cities: string[]
  /** Percent with four decimals. */
  rate: string
  name: string
  priority: number
  compound: boolean
  shipping: boolean
  order: number
  /** '' is the standard class. */
  taxClass: string
}

export interface Term {
  id: number
  taxonomy: string
  name: string
  slug: string
  parent: number
  description: string
  display: string
  menuOrder: number
}

export interface Attribute {
  id: number
  name: string
  slug: string
  type: string
  orderBy: string
  hasArchives: boolean
}

export interface Note {
  id: number
  orderId: number
  author: string
  created: number
  note: string
  customerNote: boolean
}

export interface Review {
  id: number
  productId: number
  created: number
  status: string
  reviewer: string
  email: string
  review: string
  rating: number
  verified: boolean
}
