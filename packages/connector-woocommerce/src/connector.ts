import { defineConnector } from '@syncline/core'
import { acceptCustomer } from './accepts/customer.ts'
import { acceptProduct } from './accepts/product.ts'
import { batch } from './batch.ts'
import { check } from './check.ts'
import { createClient } from './client.ts'
import { Config, credentials } from './config.ts'
import { classify } from './errors.ts'
import { readSettings } from './settings.ts'
import { customers } from './streams/customers.ts'
import { orders } from './streams/orders.ts'
import { products } from './streams/products.ts'
import { refunds } from './streams/refunds.ts'
import { variations } from './streams/variations.ts'
import { webhooks } from './webhooks/webhooks.ts'

/** WooCommerce REST v3, WooCommerce 9.0 and later. https://woocommerce.github.io/woocommerce-rest-api-docs/ */
export const woocommerce = defineConnector({
  id: 'woocommerce',
  name: 'WooCommerce',
  config: Config,
  credentials,
  // Shops share small servers: two requests at once is what most hosts bear (woocommerce.md 21).
  // woocommerce.md 21: the store says nothing about how many requests it takes; one or two are safe, more have to prove themselves.
  limits: { concurrency: 4, adaptive: { from: 2, slowMs: 4_000 } },
  connect: createClient,
  check,
  settings: readSettings,
  classify,
  streams: { orders, refunds, customers, products, variations },
  accepts: { customer: acceptCustomer, product: acceptProduct },
  batch,
  webhooks,
})
