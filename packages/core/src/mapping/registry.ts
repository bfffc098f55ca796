import type { LookupTable, MappingFunction } from './functions/function.ts'
import { mappingFunctions } from './functions/index.ts'
import type { MappingDocument } from './document.ts'

/** What a mapping may use beyond itself: the host's functions and the tenant's tables. Left out: only what is built in. */
export interface MappingScope {
  functions?: ReadonlyMap<string, MappingFunction>
  tables?: ReadonlyMap<string, LookupTable>
}

export function functionsOf({ functions }: MappingScope): ReadonlyMap<string, MappingFunction> {
  return functions ?? mappingFunctions
}

/** Finds a table as a call of `lookup` does: the mapping's own first, then the tenant's. */
export function tableFinder(
  { tables: own = {} }: Pick<MappingDocument, 'tables'>,
  { tables }: MappingScope,
): (name: string) => LookupTable | undefined {
  return (name) => (Object.hasOwn(own, name) ? own[name] : tables?.get(name))
}
