import { WcError } from '../errors.ts'
import type { Route } from '../http/route.ts'

/** Routes that a shop names in its index and this simulator does not answer: methods and path. */
const NAMED_ONLY: readonly (readonly [methods: string, path: string])[] = [
  ['GET', 'marketplace/featured'],
  ['POST', 'marketplace/refresh'],
  ['GET', 'marketplace/subscriptions'],
  ['POST', 'marketplace/subscriptions/connect'],
  ['POST', 'marketplace/subscriptions/activate-plugin'],
  ['POST', 'marketplace/subscriptions/disconnect'],
  ['POST', 'marketplace/subscriptions/activate'],
  ['GET', 'marketplace/subscriptions/install-url'],
  ['POST', 'marketplace/create-order'],
  ['GET', 'layout-templates'],
  ['GET', 'layout-templates/{id*}'],
  ['GET', 'products/custom-fields/names'],
  ['GET', 'products/shipping_classes/slug-suggestion'],
  ['GET', 'products/{id}/related'],
  ['GET', 'products/suggested-products'],
  ['POST', 'products/{product_id}/variations/generate'],
  ['POST PUT PATCH', 'settings/batch'],
  ['GET', 'system_status/tools'],
  ['GET POST PUT PATCH', 'system_status/tools/{id+}'],
  ['GET', 'data'],
  ['GET', 'data/continents'],
  ['GET', 'data/continents/{location+}'],
  ['POST', 'paypal-standard/update-shipping'],
  ['POST', 'paypal-webhooks'],
  ['POST', 'paypal-buttons/create-order'],
  ['POST', 'paypal-buttons/cancel-payment'],
  ['POST', 'orders/{id}/actions/send_email'],
]

/** They refuse loudly: a 404 would say that the shop is too old, an invented answer would be believed. */
export const unmodelledRoutes: Route[] = NAMED_ONLY.map(([methods, path]) => ({
  path,
  methods: Object.fromEntries(methods.split(' ').map((method) => [method, { action: 'view', args: {}, handle: () => refuse(path) }])),
}))

function refuse(path: string): never {
  throw new WcError('simulator_not_modelled', `This simulator does not model ${path}.`, 501)
}
