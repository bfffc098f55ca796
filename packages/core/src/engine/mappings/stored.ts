import type { Json } from '../../contracts/request.ts'
import type { MappingRepository, StoredMapping } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { MappingDocument, MappingTable } from '../../mapping/document.ts'
import { readMapping, readTable } from '../../mapping/parse.ts'

/** A mapping or a table as it is kept: what it says, who saved it and why. */
interface Envelope {
  mapping?: Json
  table?: Json
  by: string
  note?: string
  /** The version that was brought back. */
  restored?: number
}

/** One version of a mapping of the tenant. */
export interface MappingVersion {
  id: string
  version: number
  document: MappingDocument
  savedAt: string
  savedBy: string
  note?: string
  /** The earlier version that this one brought back. */
  restored?: number
}

/** One version of a named table of the tenant. */
export interface TableVersion {
  name: string
  version: number
  table: MappingTable
  savedAt: string
  savedBy: string
}

// Tables lie with the mappings, under names that a mapping cannot have.
const tablePrefix = 'table:'

export function tableId(name: string): string {
  return `${tablePrefix}${name}`
}

export async function addMapping(
  mappings: MappingRepository,
  id: string,
  document: MappingDocument,
  about: Pick<Envelope, 'by' | 'note' | 'restored'>,
  at: number,
): Promise<number> {
  const envelope: Envelope = {
    mapping: document as Json,
    by: about.by,
    ...(about.note !== undefined && { note: about.note }),
    ...(about.restored !== undefined && { restored: about.restored }),
  }
  return mappings.add(id, envelope as unknown as Json, at)
}

export async function addTable(mappings: MappingRepository, name: string, table: MappingTable, by: string, at: number): Promise<number> {
  return mappings.add(tableId(name), { table: table as unknown as Json, by } as Json, at)
}

export function isTable({ id }: Pick<StoredMapping, 'id'>): boolean {
  return id.startsWith(tablePrefix)
}

/** Throws `mapping_invalid` for what an earlier or later Syncline stored and this one cannot read. */
export function toMappingVersion({ id, version, document, createdAt }: StoredMapping): MappingVersion {
  const { mapping, by, note, restored } = document as unknown as Envelope
  const read = readMapping(mapping)
  if ('problems' in read) throw unreadable(`version ${version} of the mapping "${id}"`, read.problems)
  return {
    id,
    version,
    document: read.document,
    savedAt: new Date(createdAt).toISOString(),
    savedBy: by,
    ...(note !== undefined && { note }),
    ...(restored !== undefined && { restored }),
  }
}

export function toTableVersion({ id, version, document, createdAt }: StoredMapping): TableVersion {
  const { table, by } = document as unknown as Envelope
  const read = readTable(table)
  if ('problems' in read) throw unreadable(`version ${version} of the table "${id.slice(tablePrefix.length)}"`, read.problems)
  return { name: id.slice(tablePrefix.length), version, table: read.table, savedAt: new Date(createdAt).toISOString(), savedBy: by }
}

/** Throws `mapping_unknown`, saying what there is. */
export async function storedMapping(mappings: MappingRepository, id: string, version?: number): Promise<MappingVersion> {
  const stored = isTable({ id }) ? undefined : await mappings.get(id, version)
  if (stored !== undefined) return toMappingVersion(stored)
  const known = (await mappings.list()).filter((each) => !isTable(each))
  const newest = known.find((each) => each.id === id)
  throw new SyncError(
    'mapping_unknown',
    newest === undefined ? `There is no mapping "${id}".` : `The mapping "${id}" has no version ${version}.`,
    {
      hint:
        newest === undefined
          ? `Mappings of this tenant: ${known.map((each) => each.id).join(', ') || 'none'}.`
          : `Its newest version is ${newest.version}.`,
    },
  )
}

function unreadable(what: string, problems: readonly { message: string }[]): SyncError {
  return new SyncError('mapping_invalid', `The stored ${what} cannot be read: ${problems[0]?.message ?? 'unknown form'}.`, {
    hint: 'It was stored by another version of Syncline. Save it again, or restore an earlier version.',
    details: { problems: [...problems] },
  })
}
