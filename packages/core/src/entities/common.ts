import { z } from 'zod'

/** A UTC instant, `2026-11-22T12:37:51Z`. */
export const Instant = z.iso.datetime()
export type Instant = z.infer<typeof Instant>

/** A calendar day in the place where it happened, `2026-11-22`: never converted between zones. */
export const LocalDate = z.iso.date()
export type LocalDate = z.infer<typeof LocalDate>

/** Identity within a stream: an opaque string, even where it looks like a number (RELIABILITY.md I26). */
export const Key = z.string().min(1)

export const Address = z.object({
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  company: z.string().optional(),
  line1: z.string().optional(),
  line2: z.string().optional(),
  city: z.string().optional(),
  /** State, province or county, as the platform codes it. */
  region: z.string().optional(),
  postalCode: z.string().optional(),
  /** ISO 3166-1 alpha-2. */
  country: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
})
export type Address = z.infer<typeof Address>

/** A free entry that a platform or plugin keeps beside a record. */
export const Metadata = z.object({ key: z.string(), value: z.unknown() })
export type Metadata = z.infer<typeof Metadata>

export const entityNames = ['customer', 'product', 'order', 'refund', 'payment', 'invoice', 'summary', 'payout'] as const
export type EntityName = (typeof entityNames)[number]
