import type { PointTable } from '../../../src/shared/points.ts'
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

/** A case for each of the 109 points of woocommerce.md 24. */
const table: PointTable<Shops> = {
  platform: 'woocommerce',
  cases: [
    ...authPoints,
    ...conventionPoints,
    ...errorPoints,
    ...collectionPoints,
    ...orderPoints,
    ...orderUpdatePoints,
    ...moneyPoints,
    ...refundPoints,
    ...cataloguePoints,
    ...peoplePoints,
    ...batchPoints,
    ...webhookPoints,
    ...environmentPoints,
  ],
  withHarness: withShops,
}

export default table
