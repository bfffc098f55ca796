import { CustomerPolicy, OrderPolicy, ProductPolicy, quickbooks, type Company } from '@syncline/connector-quickbooks'
import { woocommerce, type Settings } from '@syncline/connector-woocommerce'
import {
  compileMapping,
  parseMapping,
  type Customer,
  type DocumentWanted,
  type Order,
  type Product,
  type ProjectContext,
} from '@syncline/core'
import { orderPolicy } from '../settings.ts'
import type { Link } from './store.ts'

/** A record with the documents that QuickBooks should hold for it. */
export interface Projected {
  entity: 'customer' | 'product' | 'order'
  key: string
  version: string | undefined
  documents: DocumentWanted[]
}

interface Mapped<Ent> {
  entity: Projected['entity']
  accept: { documents: (entity: Ent, context: ProjectContext<never>) => { documents: DocumentWanted[] } }
  policy: unknown
  choose: (entity: unknown) => { [field: string]: unknown }
}

/** The product's own knowledge of both sides, called directly: nothing is gained by writing it again by hand. */
export function createProjector(shop: Settings, company: Company) {
  const orders = mapped<Order>('order', 'woo-to-qbo-sales-receipt', OrderPolicy.parse(orderPolicy(shop, company)))
  const customers = mapped<Customer>('customer', 'woo-to-qbo-customer', CustomerPolicy.parse({}))
  const products = mapped<Product>('product', 'woo-to-qbo-item', ProductPolicy.parse({}))

  function documents<Ent>(
    { accept, policy, choose }: Mapped<Ent>,
    entity: Ent,
    posted: (role: string) => Link | undefined,
  ): DocumentWanted[] {
    const projection = accept.documents(entity, {
      policy: policy as never,
      source: shop,
      target: company,
      chosen: choose(entity),
      posted: (role) => {
        const link = posted(role)
        return link && { stream: link.stream, id: link.target }
      },
      postedFor: () => undefined,
      plannedFor: () => [],
      sourceId: 'woocommerce',
      sourceConnection: 'woocommerce',
    })
    return projection.documents
  }

  const none = () => undefined
  return {
    order: (key: string, version: string, entity: Order, posted: (role: string) => Link | undefined): Projected => ({
      entity: 'order',
      key,
      version,
      documents: documents(orders, entity, posted),
    }),
    customer: (key: string, version: string | undefined, entity: Customer): Projected => ({
      entity: 'customer',
      key,
      version,
      documents: documents(customers, entity, none),
    }),
    product: (key: string, version: string | undefined, entity: Product): Projected => ({
      entity: 'product',
      key,
      version,
      documents: documents(products, entity, none),
    }),
  }
}

function mapped<Ent>(entity: Projected['entity'], mapping: string, policy: unknown): Mapped<Ent> {
  const accept = quickbooks.accepts[entity]
  const document = parseMapping(quickbooks.mappings![mapping])
  return {
    entity,
    accept: accept as unknown as Mapped<Ent>['accept'],
    policy,
    choose: compileMapping(document, { targetSchema: accept.choose }),
  }
}

/** The shop's records as entities. */
export const normalise = {
  order: (record: unknown, settings: Settings) => woocommerce.streams.orders.toEntity!(record as never, settings) as Order,
  customer: (record: unknown, settings: Settings) => woocommerce.streams.customers.toEntity!(record as never, settings) as Customer,
  product: (record: unknown, settings: Settings) => woocommerce.streams.products.toEntity!(record as never, settings) as Product,
}
