import { z } from 'zod'
import { DecimalString } from '../money/money.ts'
import { entityNames, Key } from './common.ts'

/** What one record adds to the entity that it is gathered into: exact amounts by name, in the group's currency. */
export const GroupPart = z.object({
  entity: z.enum(entityNames),
  key: Key,
  /** How a reader knows it: "Order 1001". */
  title: z.string(),
  amounts: z.array(z.object({ name: z.string(), amount: DecimalString })),
})
export type GroupPart = z.infer<typeof GroupPart>
