export {
  checkMapping,
  compileMapping,
  listMappingFunctions,
  mappingJsonSchema,
  parseMapping,
  type CompiledMapping,
  type CompileOptions,
} from './compile.ts'
export { Expression, MappingDocument } from './document.ts'
export { mappingProblems, type MappingProblem, type MappingSchemas } from './problems.ts'
export { mappingLimits } from './values.ts'
