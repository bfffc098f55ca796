export { checkMapping, compileMapping } from './compile.ts'
