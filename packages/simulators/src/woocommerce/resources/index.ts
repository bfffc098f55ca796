import type { Route } from '../http/route.ts'
import { couponRoutes } from './coupons.ts'
import { customerRoutes } from './customers.ts'
import { orderExtraRoutes } from './order-extras.ts'
import { orderRoutes } from './orders.ts'
import { productRoutes } from './products.ts'
import { refundRoutes } from './refunds.ts'
import { settingRoutes } from './settings.ts'
import { systemRoutes } from './system.ts'
import { taxRoutes } from './taxes.ts'
import { variationRoutes } from './variations.ts'

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
  ...settingRoutes,
  ...systemRoutes,
]
