import type { Route } from '../http/route.ts'
import { couponRoutes } from './coupons.ts'
import { customerRoutes } from './customers.ts'
import { orderExtraRoutes } from './order-extras.ts'
import { orderRoutes } from './orders.ts'
import { productRoutes } from './products.ts'
import { refundRoutes } from './refunds.ts'
import { reportRoutes } from './reports.ts'
import { reviewRoutes } from './reviews.ts'
import { settingRoutes } from './settings.ts'
import { shippingRoutes } from './shipping.ts'
import { systemRoutes } from './system.ts'
import { taxRoutes } from './taxes.ts'
import { termRoutes } from './terms.ts'
import { unmodelledRoutes } from './unmodelled.ts'
import { variationRoutes } from './variations.ts'
import { webhookRoutes } from './webhooks.ts'

/** Every route below `/wp-json/wc/v3/`. */
export const routes: Route[] = [
  ...orderRoutes,
  ...orderExtraRoutes,
  ...refundRoutes,
  ...customerRoutes,
  ...productRoutes,
  ...variationRoutes,
  ...couponRoutes,
  ...taxRoutes,
  ...termRoutes,
  ...reviewRoutes,
  ...settingRoutes,
  ...shippingRoutes,
  ...webhookRoutes,
  ...reportRoutes,
  ...systemRoutes,
  // Last, so that they hide nothing.
  ...unmodelledRoutes,
]
