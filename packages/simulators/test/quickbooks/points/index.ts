import type { PointTable } from '../../../src/shared/points.ts'
import { batches } from './batches.ts'
import { books } from './books.ts'
import { withHarness, type Harness } from './harness.ts'
import { hooks } from './hooks.ts'
import { limits } from './limits.ts'
import { money } from './money.ts'
import { oauth } from './oauth.ts'
import { reading } from './reading.ts'
import { transport } from './transport.ts'
import { writes } from './writes.ts'

const cases = [...transport, ...oauth, ...limits, ...reading, ...writes, ...money, ...books, ...batches, ...hooks]

/** What a faithful simulator of QuickBooks must reproduce, point by point (quickbooks.md 17). */
const table: PointTable<Harness> = { platform: 'quickbooks', cases, withHarness }

export default table
