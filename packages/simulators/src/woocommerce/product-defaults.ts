import type { Product } from './catalogue-model.ts'
import type { Store } from './store.ts'

/** The category of products that name none. */
export function defaultCategory(store: Store): number {
  for (const term of store.data.terms.values()) if (term.taxonomy === 'product_cat' && term.slug === 'uncategorized') return term.id
  return 15
}

/** A product as it is before anything was written. */
export function emptyProduct(store: Store): Product {
  return {
    id: 0,
    type: 'simple',
    status: 'publish',
    name: '',
    slug: '',
    created: store.now(),
    modified: store.now(),
    featured: false,
    catalogVisibility: 'visible',
    description: '',
    shortDescription: '',
    sku: '',
    globalUniqueId: '',
    regularPrice: '',
    salePrice: '',
    saleFrom: null,
    saleTo: null,
    totalSales: 0,
    virtual: false,
    downloadable: false,
    downloads: [],
    downloadLimit: -1,
    downloadExpiry: -1,
    externalUrl: '',
    buttonText: '',
    taxStatus: 'taxable',
    taxClass: '',
    manageStock: false,
    stockQuantity: null,
    stockStatus: 'instock',
    backorders: 'no',
    lowStockAmount: null,
    soldIndividually: false,
    weight: '',
    dimensions: { length: '', width: '', height: '' },
    shippingClassId: 0,
    reviewsAllowed: true,
    upsellIds: [],
    crossSellIds: [],
    parentId: 0,
    purchaseNote: '',
    categoryIds: [],
    tagIds: [],
    attributes: [],
    defaultAttributes: [],
    choices: [],
    variationIds: [],
    groupedIds: [],
    menuOrder: 0,
    postPassword: '',
    meta: [],
  }
}
