import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const root = fileURLToPath(new URL('../..', import.meta.url))

interface ExportTarget {
  types?: string
  '@syncline/source'?: string
  default?: string
}

export interface Manifest {
  name: string
  private?: boolean
  description?: string
  license?: string
  type?: string
  sideEffects?: boolean
  engines?: { node?: string }
  exports?: { [subpath: string]: ExportTarget | string }
  files?: string[]
  scripts?: { [name: string]: string }
  dependencies?: { [name: string]: string }
  devDependencies?: { [name: string]: string }
  peerDependencies?: { [name: string]: string }
}

export interface Package {
  /** Folder name: the package's name without its scope. */
  id: string
  folder: string
  manifest: Manifest
}

export interface Import {
  /** Path of the importing file, from the repository's root. */
  file: string
  specifier: string
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T
}

export function publishedPackages(): Package[] {
  return readdirSync(join(root, 'packages'))
    .filter((id) => existsSync(join(root, 'packages', id, 'package.json')))
    .map((id) => ({ id, folder: `packages/${id}`, manifest: readJson<Manifest>(`packages/${id}/package.json`) }))
}

/** All files below a folder of the repository, as paths from its root; none when the folder is missing. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|dist|coverage)\//.test(path))
}

export const isTest = (path: string) => /\.(test|test-d)\.tsx?$/.test(path) || /\/(test|__fixtures__)\//.test(path)

/** What a package publishes as code: TypeScript below src, tests and fixtures left out. */
export function sourceFiles(folder: string): string[] {
  return filesBelow(`${folder}/src`).filter((path) => /\.tsx?$/.test(path) && !isTest(path))
}

export function testFiles(folder: string): string[] {
  return [...filesBelow(`${folder}/src`), ...filesBelow(`${folder}/test`)].filter((path) => /\.tsx?$/.test(path) && isTest(path))
}

export function parse(path: string, text = readFileSync(join(root, path), 'utf8')): ts.SourceFile {
  return ts.createSourceFile(basename(path), text, ts.ScriptTarget.Latest, true)
}

export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node)
  node.forEachChild((child) => visit(child, look))
}

/** Every module a file names: imports, re-exports, `import()` and `import('x').Type`. */
export function importsOf(path: string, text?: string): Import[] {
  const found: Import[] = []
  const add = (node: ts.Node | undefined) => {
    if (node && ts.isStringLiteralLike(node)) found.push({ file: path, specifier: node.text })
  }
  visit(parse(path, text), (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0])
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal)
  })
  return found
}

/** `@syncline/core/x` → `@syncline/core`, `kysely/y` → `kysely`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!
}

export const isRelative = (specifier: string) => specifier.startsWith('.')
export const isBuiltin = (specifier: string) => specifier.startsWith('node:')
