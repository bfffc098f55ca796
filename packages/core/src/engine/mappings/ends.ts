import type { z } from 'zod'
import type { EntityName } from '../../entities/common.ts'
import { entitySchemas } from '../../entities/entity.ts'
import type { MappingDocument } from '../../mapping/document.ts'
import type { MappingProblem, MappingReview } from '../../mapping/problem.ts'
import { reviewMapping } from '../../mapping/problems.ts'
import type { MappingScope } from '../../mapping/registry.ts'
import type { AnyAccept, AnyConnector } from '../any-connector.ts'

/** The two schemas that a mapping lies between. */
export interface MappingEnds {
  sourceSchema: z.ZodType
  targetSchema: z.ZodObject
  computed: readonly string[]
}

/** Finds what a mapping starts from and what it fills, by the names it gives. */
export function endsOf(
  connectors: ReadonlyMap<string, AnyConnector>,
  { source, target }: Pick<MappingDocument, 'source' | 'target'>,
): MappingEnds | { problems: MappingProblem[] } {
  const problems: MappingProblem[] = []
  if (typeof source !== 'string')
    problems.push({ path: 'source', code: 'form', message: 'A mapping starts from an entity, such as "order".' })
  const [connector = '', entity = ''] = target.split('.')
  const accept = acceptOf(connectors, connector, entity)
  if (accept === undefined) {
    const known = [...connectors.values()].flatMap(({ id, accepts = {} }) => Object.keys(accepts).map((name) => `${id}.${name}`))
    problems.push({ path: 'target', code: 'form', message: `Nothing accepts "${target}"; there is ${known.join(', ') || 'nothing'}.` })
  } else if (typeof source === 'string' && source !== entity) {
    problems.push({ path: 'source', code: 'form', message: `"${target}" is made from ${entity} records, not from ${source} records.` })
  }
  if (problems.length > 0 || accept === undefined || typeof source !== 'string') return { problems }
  return { sourceSchema: entitySchemas[source], targetSchema: accept.choose, computed: accept.computed ?? [] }
}

function acceptOf(connectors: ReadonlyMap<string, AnyConnector>, connector: string, entity: string): AnyAccept | undefined {
  const accepts = connectors.get(connector)?.accepts
  return accepts !== undefined && Object.hasOwn(accepts, entity) ? accepts[entity as EntityName] : undefined
}

/** Everything that is wrong with a mapping, between the schemas that it names. */
export function reviewBetween(
  connectors: ReadonlyMap<string, AnyConnector>,
  document: MappingDocument,
  scope: MappingScope,
): MappingReview {
  const ends = endsOf(connectors, document)
  return 'problems' in ends ? { problems: ends.problems, warnings: [] } : reviewMapping(document, { ...ends, ...scope })
}
