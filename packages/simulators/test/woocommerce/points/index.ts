import type { PointCase, PointTable } from '../../../src/shared/points.ts'
import { authPoints } from './auth.ts'
import { batchPoints } from './batch.ts'
import { cataloguePoints } from './catalogue.ts'
import { collectionPoints } from './collections.ts'
import { conventionPoints } from './conventions.ts'
import { environmentPoints } from './environment.ts'
import { errorPoints } from './errors.ts'
import { withShops, type Shops } from './harness.ts'
import { moneyPoints } from './money.ts'
import { orderPoints } from './orders.ts'
import { orderUpdatePoints } from './order-updates.ts'
import { peoplePoints } from './people.ts'
import { refundPoints } from './refunds.ts'
import { webhookPoints } from './webhooks.ts'

/** Parts of woocommerce.md 24, with a case for each of its 109 points. */
export const groups: readonly { title: string; cases: readonly PointCase<Shops>[] }[] = [
  { title: 'Authentication', cases: authPoints },
  { title: 'Conventions', cases: conventionPoints },
  { title: 'Errors', cases: errorPoints },
  { title: 'Collections', cases: collectionPoints },
  { title: 'Orders', cases: [...orderPoints, ...orderUpdatePoints].sort((a, b) => a.point - b.point) },
  { title: 'Money', cases: moneyPoints },
  { title: 'Refunds', cases: refundPoints },
  { title: 'Catalogue', cases: cataloguePoints },
  { title: 'Customers and coupons', cases: peoplePoints },
  { title: 'Batches and meta', cases: batchPoints },
  { title: 'Webhooks', cases: webhookPoints },
  { title: 'Environment', cases: environmentPoints },
]

const table: PointTable<Shops> = { platform: 'woocommerce', cases: groups.flatMap(({ cases }) => cases), withHarness: withShops }

export default table
