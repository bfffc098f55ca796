import type { Meta } from './model.ts'

/** Goods, coupons and how they are grouped. Money is plain decimal text, times are whole epoch seconds. */

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
