export { checkMapping, compileMapping } from './compile.ts'
export { parseMapping } from './parse.ts'
