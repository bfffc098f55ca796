import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { nondeterminism } from './nondeterminism.ts'
import { filesBelow, parse, publishedPackages, root, sourceFiles } from './workspace.ts'

const packages = publishedPackages()
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|test-d|config))?\.(ts|tsx|mts|mjs|json|sql|css|html)$/
/**
 * Where time, chance and the network enter: the seams themselves, and the one way out. A lock in SQLite is held by another process, whose
 * time is the machine's: waiting for it on a fake clock would never end.
 */
const seams = /^packages\/(core\/src\/(seams|http)\/|storage-sqlite\/src\/driver\.ts$)/

describe.each(packages)('$id', ({ folder }) => {
  it('names its files in kebab-case', () => {
    const files = [...filesBelow(`${folder}/src`), ...filesBelow(`${folder}/test`)].filter((path) => !path.includes('/__'))
    expect(files.filter((path) => basename(path) !== 'README.md' && !kebabCase.test(basename(path)))).toEqual([])
  })

  it('exports names one by one', () => {
    const stars = sourceFiles(folder).filter((path) =>
      parse(path).statements.some(
        (statement) => ts.isExportDeclaration(statement) && (!statement.exportClause || ts.isNamespaceExport(statement.exportClause)),
      ),
    )
    expect(stars).toEqual([])
  })

  it('awaits nothing at the top level, so that require() can load it', () => {
    // cli.ts is a program, which nobody loads.
    const waiting = sourceFiles(folder).filter(
      (path) =>
        basename(path) !== 'cli.ts' &&
        parse(path).statements.some((statement) => ts.isExpressionStatement(statement) && ts.isAwaitExpression(statement.expression)),
    )
    expect(waiting).toEqual([])
  })

  it('leaves nothing half done', () => {
    const unfinished = sourceFiles(folder).filter((path) => /(\/\/|\*).*\b(TODO|FIXME|XXX)\b/.test(readFileSync(join(root, path), 'utf8')))
    expect(unfinished).toEqual([])
  })
})

describe.each(packages.filter(({ id }) => /^(core|connector-|storage-)/.test(id)))('$id', ({ folder }) => {
  it('takes time, chance, network and environment from outside', () => {
    expect(
      sourceFiles(folder)
        .filter((path) => !seams.test(path))
        .flatMap((path) => nondeterminism(path)),
    ).toEqual([])
  })
})

describe('looking for nondeterminism', () => {
  it.each([
    'const t = Date.now()',
    'const t = new Date()',
    'const t = Date()',
    'const n = Math.random()',
    'const key = process.env.KEY',
    'const key = process.env["KEY"]',
    'setTimeout(() => {}, 1)',
    'await fetch("x")',
    'const f = globalThis.fetch',
    'run({ fetch })',
    'import { setTimeout } from "node:timers/promises"',
    'const t = performance.now()',
  ])('finds %s', (text) => expect(nondeterminism('x.ts', text)).toHaveLength(1))

  it.each([
    'const t = new Date(seams.clock.now())',
    'const t = clock.now()',
    'await http.fetch("x")',
    'function f({ fetch }: Seams) { return fetch("x") }',
    'function f(fetch: typeof globalThis.fetch) { return fetch("x") }',
    'interface Http { fetch: typeof globalThis.fetch }',
    'const client = { fetch: http.fetch }',
    '// Date.now() would differ between machines',
  ])('leaves %s alone', (text) => expect(nondeterminism('x.ts', text)).toEqual([]))
})
