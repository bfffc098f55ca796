import { z } from 'zod'
import { Address, Instant, Key, Metadata } from './common.ts'

/** Somebody who buys. A guest has the key `guest:<e-mail, case-folded>`, or what the guest policy says. */
export const Customer = z.object({
  key: Key,
  guest: z.boolean(),
  email: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  company: z.string().optional(),
  phone: z.string().optional(),
  /** The shop's own role for the person (`customer`, `wholesale`). */
  role: z.string().optional(),
  /** False for one that was made inactive: it is still there, and nobody sells to it. */
  active: z.boolean().optional(),
  billing: Address.optional(),
  shipping: Address.optional(),
  createdAt: Instant.optional(),
  updatedAt: Instant.optional(),
  metadata: z.array(Metadata).optional(),
})
export type Customer = z.infer<typeof Customer>
