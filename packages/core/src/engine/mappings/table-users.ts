import type { Repositories } from '../../contracts/storage.ts'
import type { MappingDocument } from '../../mapping/document.ts'
import type { MappingProblem, MappingReview } from '../../mapping/problem.ts'
import { usesOf } from '../../mapping/uses.ts'
import type { PipelineDefinition } from '../../pipelines/definition.ts'
import { isReference } from './resolve.ts'
import { isTable, storedMapping, toMappingVersion } from './stored.ts'

/**
 * What new tables would break: in the newest version of every mapping and in what pipelines use. Pipelines take a table as soon as it is
 * saved, so it has to fit before. What was wrong already is nobody's fault now.
 */
export async function brokenBy(
  { mappings, pipelines }: Pick<Repositories, 'mappings' | 'pipelines'>,
  tables: ReadonlySet<string>,
  before: (document: MappingDocument) => MappingReview,
  after: (document: MappingDocument) => MappingReview,
): Promise<MappingProblem[]> {
  const users: [name: string, document: MappingDocument][] = []
  for (const stored of await mappings.list()) if (!isTable(stored)) users.push([stored.id, toMappingVersion(stored).document])
  for (const { id, definition } of await pipelines.list()) {
    const { mapping } = definition as PipelineDefinition
    if (mapping === undefined) continue
    users.push([`pipeline ${id}`, isReference(mapping) ? (await storedMapping(mappings, mapping.id, mapping.version)).document : mapping])
  }
  return users.flatMap(([name, document]) =>
    usesOf(document).tables.some((table) => tables.has(table))
      ? newProblems(before(document), after(document)).map((problem) => ({ ...problem, path: `${name}.${problem.path}` }))
      : [],
  )
}

function newProblems({ problems: old }: MappingReview, { problems }: MappingReview): MappingProblem[] {
  return problems.filter((problem) => !old.some(({ path, message }) => path === problem.path && message === problem.message))
}
