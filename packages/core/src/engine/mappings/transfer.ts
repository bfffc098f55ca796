import type { Repositories } from '../../contracts/storage.ts'
import { canonicalJson } from '../../json/canonical.ts'
import { compareMappings } from '../../mapping/compare.ts'
import type { MappingDocument, MappingTable } from '../../mapping/document.ts'
import type { MappingReview } from '../../mapping/problem.ts'
import type { ImportReport, MappingBundle } from './bundle.ts'
import { addMapping, addTable } from './stored.ts'

/** What lies here before an import: newest versions by id and name. */
export interface Present {
  mappings: ReadonlyMap<string, MappingDocument>
  tables: ReadonlyMap<string, MappingTable>
}

/** What an import would do, with everything that is wrong with it. Pure. */
export function reportOf(bundle: MappingBundle, here: Present, review: (document: MappingDocument) => MappingReview): ImportReport {
  const report: ImportReport = { problems: doubles(bundle), warnings: [], mappings: [], tables: [], saved: false }
  for (const { id, document } of bundle.mappings) {
    const { problems, warnings } = review(document)
    report.problems.push(...problems.map((problem) => ({ ...problem, path: `${id}.${problem.path}` })))
    report.warnings.push(...warnings.map((warning) => ({ ...warning, path: `${id}.${warning.path}` })))
    const before = here.mappings.get(id)
    report.mappings.push({ id, becomes: becomes(before, document), changes: compareMappings(before, document) })
  }
  for (const { name, table } of bundle.tables) report.tables.push({ name, becomes: becomes(here.tables.get(name), table) })
  return report
}

/** Adds a version of everything that is new or changed. Give it repositories of one transaction. Returns the names. */
export async function keepImport(
  { mappings }: Pick<Repositories, 'mappings'>,
  bundle: MappingBundle,
  report: ImportReport,
  about: { by: string; note?: string },
  at: number,
): Promise<string[]> {
  const kept: string[] = []
  for (const [place, { name, table }] of bundle.tables.entries()) {
    if (report.tables[place]?.becomes === 'same') continue
    await addTable(mappings, name, table, about.by, at)
    kept.push(name)
  }
  for (const [place, { id, document }] of bundle.mappings.entries()) {
    if (report.mappings[place]?.becomes === 'same') continue
    await addMapping(mappings, id, document, about, at)
    kept.push(id)
  }
  return kept
}

function becomes(before: unknown, after: unknown): 'new' | 'changed' | 'same' {
  return before === undefined ? 'new' : canonicalJson(before) === canonicalJson(after) ? 'same' : 'changed'
}

function doubles({ mappings, tables }: MappingBundle): ImportReport['problems'] {
  const twice = (names: string[]) => [...new Set(names.filter((name, place) => names.indexOf(name) !== place))]
  return [...twice(mappings.map(({ id }) => id)), ...twice(tables.map(({ name }) => name))].map((name) => ({
    path: name,
    code: 'form' as const,
    message: `"${name}" stands in it twice`,
  }))
}
