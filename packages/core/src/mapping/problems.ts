import type { MappingDocument } from './document.ts'
import { checkValue, shapeOfExpression } from './expression-shape.ts'
import type { CheckScope, MappingProblem, MappingReview, MappingSchemas } from './problem.ts'
import { functionsOf, tableFinder } from './registry.ts'
import { any, shapeOf } from './shape.ts'
import { checkResult, isReadOnly, missingFields, targetShape } from './target-fields.ts'

/** Everything that is wrong with a mapping, as far as the schemas can tell; empty when it may be saved and run. */
export function mappingProblems(document: MappingDocument, schemas: MappingSchemas = {}): MappingProblem[] {
  return reviewMapping(document, schemas).problems
}

/** Everything that is wrong with a mapping, and what may go wrong with some records, as far as the schemas can tell. */
export function reviewMapping(document: MappingDocument, schemas: MappingSchemas = {}): MappingReview {
  const { sourceSchema, targetSchema, computed = [] } = schemas
  const source = sourceSchema === undefined ? any : shapeOf(sourceSchema)
  const target = targetSchema === undefined ? any : shapeOf(targetSchema)
  const scope: CheckScope = {
    source,
    root: source,
    functions: functionsOf(schemas),
    table: tableFinder(document, schemas),
    problems: [],
    warnings: [],
    values: document.values ?? {},
    valueShapes: new Map(),
    parts: 0,
  }
  const names = Object.keys(document.fields)
  for (const [name, expression] of Object.entries(document.fields)) {
    const at = `fields.${name}`
    const given = shapeOfExpression(expression, at, 1, scope)
    const wanted = targetShape(name, at, target, computed, scope)
    if (wanted === undefined) continue
    if (isReadOnly(targetSchema, name)) {
      scope.problems.push({ path: at, code: 'field_read_only', message: `"${name}" can only be read; the target sets it by itself.` })
      continue
    }
    const above = names.find((other) => name.startsWith(`${other}.`))
    if (above !== undefined) scope.problems.push({ path: at, code: 'field_conflict', message: `"${above}" is set as a whole already.` })
    checkResult(name, at, given, wanted, scope)
  }
  for (const name of Object.keys(scope.values)) checkValue(name, scope)
  if (target.kind === 'data') missingFields(targetSchema!, names, scope)
  return { problems: scope.problems, warnings: scope.warnings }
}
