import { z } from 'zod'

/** Any Standard Schema (zod 4, valibot, arktype), or `typed<T>()` where a plain TypeScript type is enough. https://standardschema.dev */
export interface Schema<Output> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
      }[]
    }

/** A schema that checks nothing: for records whose TypeScript type is known and whose platform is trusted to keep it. */
export function typed<Output>(): Schema<Output> {
  return { '~standard': { version: 1, vendor: 'syncline', validate: (value) => ({ value: value as Output }) } }
}

const secretMark = 'syncline.secret'

/** A text that is encrypted at rest and never shown: a password, key or token. */
export function secret(): z.ZodString {
  return z
    .string()
    .min(1)
    .meta({ [secretMark]: true })
}

/** Names of the top-level fields of an object schema that were made with `secret()`. */
export function secretFields(schema: z.ZodType): string[] {
  if (!(schema instanceof z.ZodObject)) return []
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const inner = field instanceof z.ZodOptional ? field.unwrap() : field
    return inner instanceof z.ZodType && inner.meta()?.[secretMark] === true ? [name] : []
  })
}
