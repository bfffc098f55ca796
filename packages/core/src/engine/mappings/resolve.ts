import type { Repositories } from '../../contracts/storage.ts'
import type { MappingDocument, MappingTable } from '../../mapping/document.ts'
import type { MappingFunction } from '../../mapping/functions/function.ts'
import type { HostFunction } from '../../mapping/host.ts'
import type { MappingScope } from '../../mapping/registry.ts'
import { usesOf } from '../../mapping/uses.ts'
import type { MappingReference, PipelineDefinition } from '../../pipelines/definition.ts'
import { isTable, storedMapping, toTableVersion } from './stored.ts'

/** The mapping of a pipeline with everything that it stands on. */
export interface ResolvedMapping {
  document: MappingDocument
  scope: MappingScope
  /** What makes another plan of it: its version, the tables and host functions it uses. Undefined when it uses none of them. */
  fingerprint: unknown
}

export interface Functions {
  all: ReadonlyMap<string, MappingFunction>
  host: readonly HostFunction[]
}

export function isReference(mapping: MappingDocument | MappingReference): mapping is MappingReference {
  return 'id' in mapping
}

/** Finds what a pipeline's mapping names. Throws `mapping_unknown` for a mapping or version that is not there. */
export async function resolveMapping(
  mappings: Repositories['mappings'],
  { mapping }: Pick<PipelineDefinition, 'mapping'>,
  functions: Functions,
): Promise<ResolvedMapping | undefined> {
  if (mapping === undefined) return undefined
  const document = isReference(mapping) ? (await storedMapping(mappings, mapping.id, mapping.version)).document : mapping
  const uses = usesOf(document)
  // Most mappings use no table of the tenant: they cost no look at the storage.
  const tables = uses.tables.length === 0 ? new Map<string, MappingTable>() : await tenantTables(mappings)
  const used = Object.fromEntries(uses.tables.flatMap((name) => (tables.has(name) ? [[name, tables.get(name)]] : [])))
  const called = Object.fromEntries(functions.host.filter(({ name }) => uses.calls.has(name)).map(({ name, version }) => [name, version]))
  const plain = !isReference(mapping) && Object.keys(used).length === 0 && Object.keys(called).length === 0
  return {
    document,
    scope: { functions: functions.all, tables },
    fingerprint: plain ? undefined : { reference: isReference(mapping) ? mapping : null, tables: used, functions: called },
  }
}

/** The newest version of each table of the tenant. */
export async function tenantTables(mappings: Repositories['mappings']): Promise<Map<string, MappingTable>> {
  return new Map((await mappings.list()).filter(isTable).map((stored) => [toTableVersion(stored).name, toTableVersion(stored).table]))
}
