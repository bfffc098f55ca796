import { contentHash } from '../../json/index.ts'
import type { AgreedFields, Baseline, Operation, Repositories } from '../../contracts/storage.ts'
import type { AnyConnector } from '../any-connector.ts'
import { asVariant, fieldsOf, isShared, possibleFields, type Fields } from './fields.ts'

/** Under which role the two sides of an agreement are kept among the baselines, one row per connection. No document has it. */
export const agreementRole = '='

/** One side as it was when both agreed last. */
export interface AgreedSide {
  fields: Fields
  /** The states in which it was found changed lately, oldest first: a record that goes to and fro is known by them. */
  turns: { hash: string; at: number }[]
}

const nothing: AgreedSide = { fields: {}, turns: [] }

/** The sides of these entities in one connection, by entity. */
export async function agreedSides(
  { baselines }: Pick<Repositories, 'baselines'>,
  pipeline: string,
  connection: string,
  entityIds: readonly string[],
): Promise<Map<string, AgreedSide>> {
  const rows = entityIds.length === 0 ? [] : await baselines.get(pipeline, connection, entityIds)
  return new Map(
    rows.filter(({ role }) => role === agreementRole).map(({ entityId, values }) => [entityId, values as unknown as AgreedSide]),
  )
}

/** A side as it is stored. */
export function sideRow(pipeline: string, connection: string, entityId: string, side: AgreedSide): Omit<Baseline, 'revision'> {
  return {
    pipeline,
    connection,
    entityId,
    role: agreementRole,
    hash: contentHash(side.fields),
    values: { ...side } as unknown as Baseline['values'],
  }
}

/** The side with these values in the place of its own; undefined and null take one away. */
export function patched(side: AgreedSide | undefined, fields: { readonly [field: string]: string | null | undefined }): AgreedSide {
  const { fields: before, turns } = side ?? nothing
  const after: Fields = { ...before }
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined || value === null) delete after[field]
    else after[field] = value
  }
  return { fields: after, turns }
}

/** What both sides agree on now that these writes have arrived, to be stored with their results: the target as the platform answered it. */
export async function agreedBy(
  repositories: Pick<Repositories, 'baselines'>,
  target: { connector: AnyConnector; settings: unknown },
  arrived: readonly { operation: Operation; record: unknown }[],
): Promise<Omit<Baseline, 'revision'>[]> {
  const sides = new Map<string, { row: [string, string, string]; side: AgreedSide }>()
  const change = async (pipeline: string, connection: string, entityId: string, fields: { [field: string]: string | null }) => {
    const name = `${pipeline}\n${connection}\n${entityId}`
    const known = sides.get(name)?.side ?? (await agreedSides(repositories, pipeline, connection, [entityId])).get(entityId)
    sides.set(name, { row: [pipeline, connection, entityId], side: patched(known, fields) })
  }
  for (const { operation, record } of arrived) {
    const { agreed, entityId, sourceConnection, targetConnection } = operation
    if (agreed === undefined) continue
    await change(agreed.pipeline, sourceConnection, entityId, agreed.source)
    await change(agreed.pipeline, targetConnection, entityId, asAnswered(target, operation, agreed, record))
  }
  return [...sides.values()].map(({ row, side }) => sideRow(...row, side))
}

/** As the platform shows what was written; as it was sent where its answer is not the whole record. */
function asAnswered(
  { connector, settings }: { connector: AnyConnector; settings: unknown },
  { entity, role, targetStream }: Operation,
  agreed: AgreedFields,
  record: unknown,
): AgreedFields['target'] {
  const toEntity = connector.streams[targetStream]?.toEntity
  if (toEntity === undefined || !isShared(entity)) return agreed.target
  let shown: Fields
  try {
    shown = fieldsOf(toEntity(record, settings), agreed.all ?? possibleFields[entity])
  } catch {
    // A short answer, such as a row's id and version.
    return agreed.target
  }
  if (role.startsWith('variant:')) shown = asVariant(shown, role)
  if (Object.keys(shown).length === 0) return agreed.target
  const fields = agreed.all === undefined ? Object.keys(agreed.target) : Object.keys({ ...agreed.target, ...shown })
  return Object.fromEntries(fields.map((field) => [field, shown[field] ?? null]))
}
