import type { Json } from '../../contracts/request.ts'
import { z } from 'zod'

const Warning = z.object({ message: z.string(), hint: z.string(), at: z.number(), count: z.number() })

/** What is stored about the deliveries of one connection. */
const Health = z.object({
  deliveries: z.number().default(0),
  signals: z.number().default(0),
  ignored: z.number().default(0),
  lastDeliveryAt: z.number().optional(),
  /** When the hooks were looked at last, where the platform can be asked. */
  checkedAt: z.number().optional(),
  /** Since when deliveries have not been interrupted, as far as anybody knows. */
  steadySince: z.number().optional(),
  /** When the platform had switched hooks off, and how often. */
  reenabledAt: z.number().optional(),
  reenabled: z.number().default(0),
  warnings: z.record(z.string(), Warning).default({}),
})
export type Health = z.infer<typeof Health>

export function healthOf(stored: Json | undefined): Health {
  return Health.safeParse(stored ?? {}).data ?? Health.parse({})
}

export function healthJson(health: Health): Json {
  return health as unknown as Json
}

/** The same with one more warning; one of the same code is counted to it. */
export function warned(health: Health, warning: { code: string; message: string; hint: string }, at: number): Health {
  const { code, message, hint } = warning
  const count = (health.warnings[code]?.count ?? 0) + 1
  return { ...health, warnings: { ...health.warnings, [code]: { message, hint, at, count } } }
}
