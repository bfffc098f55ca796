import type { Json } from '../../contracts/request.ts'
import type { Failure } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { AnyAccept } from '../any-connector.ts'

/** Values for fields that a mapping may set; null gives a field back to the mapping. */
export type Patch = { readonly [field: string]: Json }

/** Throws `mapping_field_unknown` for a field that is computed or does not exist, `mapping_invalid` for a value that does not fit. */
export function checkedPatch(accept: AnyAccept | undefined, patch: Patch, { title }: Failure): void {
  const shape = (accept?.choose.shape ?? {}) as {
    readonly [field: string]: { safeParse: (value: unknown) => { success: boolean; error?: { issues: readonly { message: string }[] } } }
  }
  for (const [field, value] of Object.entries(patch)) {
    const schema = Object.hasOwn(shape, field) ? shape[field] : undefined
    if (schema === undefined) {
      throw new SyncError('mapping_field_unknown', `${title} has no field "${field}" that a person may set.`, {
        hint: `There are: ${Object.keys(shape).join(', ') || 'none'}. All others are computed.`,
      })
    }
    if (value === null) continue
    const result = schema.safeParse(value)
    if (!result.success) {
      throw new SyncError(
        'mapping_invalid',
        `"${field}" of ${title} cannot have that value: ${result.error?.issues.map(({ message }) => message).join('; ')}.`,
        { hint: 'Correct the value.', details: { field } },
      )
    }
  }
}

export function merged(before: { [field: string]: Json | undefined } | undefined, patch: Patch): { [field: string]: Json } {
  const fields: { [field: string]: Json } = {}
  for (const [field, value] of [...Object.entries(before ?? {}), ...Object.entries(patch)]) {
    if (value === undefined) continue
    if (value === null) delete fields[field]
    else fields[field] = value
  }
  return fields
}
