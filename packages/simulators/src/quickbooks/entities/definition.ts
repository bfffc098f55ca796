import type { Company } from '../company.ts'
import type { Posting, Stored } from '../stored.ts'
import type { Properties } from '../schema.ts'
import type { Fields } from '../values.ts'
import type { EntityName } from './names.ts'

export interface WriteContext {
  company: Company
  id: string
  /** What the object is to hold: the caller's writable fields, merged with the stored ones on a sparse update. */
  input: Fields
  /** Only what this request sent. */
  given: Fields
  previous: Stored | undefined
  /** Values of the query parameter `include`, lower case. */
  include: ReadonlySet<string>
  now: number
  /** True while a replay puts an object there that a recording implies: rules that need other objects are not asked. */
  importing: boolean
}

export interface Computed {
  /** The writable fields, with defaults and line ids settled: the base of the next sparse update. */
  input: Fields
  /** What a read answers, without Id, SyncToken and MetaData; references without names. */
  fields: Fields
  postings: Posting[]
  /** Pieces that leave the stock, per inventory item, in 1/100,000. */
  stock?: Map<string, bigint>
  /** Work on other objects, done once the write is stored. */
  after?: (stored: Stored) => void
}

/** One entity: what it may hold, and the rule by which a write becomes an object and its postings. */
export interface EntityDefinition {
  name: EntityName
  properties: Properties
  /** Properties a WHERE may name besides Id (quickbooks.md 6). */
  filterable: readonly string[]
  /** Whether a query answers totalCount (quickbooks.md 1.7). */
  totalCount: boolean
  /** Order without ORDERBY: newest change first, or by a property. */
  order: 'changed' | 'FullyQualifiedName' | 'Name' | 'DisplayName' | 'Id'
  /** The property that names a row of a name list; its presence means the row is deactivated, never deleted. */
  nameProperty?: 'DisplayName' | 'Name'
  /** Word for the row in the texts of 2500 (quickbooks.md 14). */
  referenceKind?: string
  creatable: boolean
  updatable: boolean
  deletable: boolean
  voidable: boolean
  sendable: boolean
  /** Fields that a full update keeps although they were left out (quickbooks.md 9.2). */
  kept?: readonly string[]
  compute(context: WriteContext): Computed
}

/** Most entities: everything off unless said. */
export function define(
  definition: Pick<EntityDefinition, 'name' | 'properties' | 'compute'> & Partial<EntityDefinition>,
): EntityDefinition {
  return {
    filterable: [],
    totalCount: false,
    order: 'changed',
    creatable: true,
    updatable: true,
    deletable: false,
    voidable: false,
    sendable: false,
    ...definition,
  }
}
