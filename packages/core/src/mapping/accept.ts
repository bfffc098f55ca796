import { z } from 'zod'
import { MappingFault } from './values.ts'

/** Throws a MappingFault for a value that the schema does not take. */
export type Accept = (value: unknown) => void

/**
 * A check of one target field. Most are plain texts: those are looked at here, since a validator costs more than the whole mapping of
 * such a field; everything else, and every refusal, is the schema's own.
 */
export function acceptorOf(schema: z.ZodType): Accept {
  const refuse = (value: unknown) => {
    const parsed = schema.safeParse(value)
    if (!parsed.success) throw new MappingFault(`the target does not take it (${parsed.error.issues[0]?.message ?? 'wrong type'})`)
  }
  const { inner, nullable } = unwrapped(schema)
  const longest = inner instanceof z.ZodString ? plainTextLimit(inner) : undefined
  if (longest !== undefined) {
    return (value) => {
      if (typeof value === 'string' ? value.length > longest : value !== null || !nullable) refuse(value)
    }
  }
  return refuse
}

function unwrapped(schema: z.ZodType): { inner: unknown; nullable: boolean } {
  let inner: unknown = schema
  let nullable = false
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) {
    if (inner instanceof z.ZodNullable) nullable = true
    inner = inner.unwrap()
  }
  return { inner, nullable }
}

/** How long a text may be that is bound by nothing else; undefined when something else is asked of it. */
function plainTextLimit(schema: z.ZodString): number | undefined {
  const { checks = [], coerce } = schema.def as { checks?: readonly { _zod: { def: { check: string } } }[]; coerce?: boolean }
  if (coerce === true || schema.format !== null || checks.some((check) => check._zod.def.check !== 'max_length')) return undefined
  return schema.maxLength ?? Infinity
}
