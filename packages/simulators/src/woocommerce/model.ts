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

export interface Note {
  id: number
  orderId: number
  author: string
  created: number
  note: string
  customerNote: boolean
}
