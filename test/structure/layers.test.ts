import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { layers, mayTestWith, vendorClients } from './layers.ts'
import {
  importsOf,
  isBuiltin,
  isRelative,
  isTest,
  packageOf,
  publishedPackages,
  root,
  sourceFiles,
  testFiles,
  type Import,
} from './workspace.ts'

const scope = '@syncline/'
const packages = publishedPackages()
const rootDependencies = new Set(Object.keys((await import('../../package.json', { with: { type: 'json' } })).default.devDependencies))

const ours = (found: Import) => found.specifier.startsWith(scope)
const idOf = (found: Import) => packageOf(found.specifier).slice(scope.length)
const line = (found: Import) => `${found.file} imports ${found.specifier}`

describe.each(packages)('$id', ({ id, folder, manifest }) => {
  const published = sourceFiles(folder).flatMap((path) => importsOf(path))
  const tests = testFiles(folder).flatMap((path) => importsOf(path))

  it('has its place among the layers', () => expect(Object.keys(layers)).toContain(id))

  it('imports no package sideways or upwards', () => {
    expect(published.filter((found) => ours(found) && idOf(found) !== id && !layers[id]?.includes(idOf(found))).map(line)).toEqual([])
  })

  it('tests itself without reaching past its layer', () => {
    expect(tests.filter((found) => ours(found) && idOf(found) !== id && !mayTestWith(id).includes(idOf(found))).map(line)).toEqual([])
  })

  it('imports other packages by the names they export', () => {
    const exported = (found: Import) => {
      const target = packages.find((other) => other.id === idOf(found))
      return `.${found.specifier.slice(packageOf(found.specifier).length)}` in (target?.manifest.exports ?? {})
    }
    expect([...published, ...tests].filter((found) => ours(found) && !exported(found)).map(line)).toEqual([])
  })

  it('never leaves its own folder by a relative path, and names files with their extension', () => {
    const wrong = [...published, ...tests].filter((found) => {
      if (!isRelative(found.specifier)) return false
      const target = join(dirname(found.file), found.specifier)
      return !target.startsWith(`${folder}/`) || !existsSync(join(root, target))
    })
    expect(wrong.map(line)).toEqual([])
  })

  it('imports no test from published code', () => {
    const wrong = published.filter((found) => isRelative(found.specifier) && isTest(join(dirname(found.file), found.specifier)))
    expect(wrong.map(line)).toEqual([])
  })

  it('lists what it imports as a dependency, so that a bundler cannot swallow it', () => {
    const listed = new Set([...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})])
    const missing = published.filter(
      ({ specifier }) => !isRelative(specifier) && !isBuiltin(specifier) && !listed.has(packageOf(specifier)),
    )
    expect(missing.map(line)).toEqual([])
  })

  it('tests with packages that are installed on purpose', () => {
    const own = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies }
    const missing = tests.filter(
      (found) =>
        !isRelative(found.specifier) &&
        !isBuiltin(found.specifier) &&
        !ours(found) &&
        !(packageOf(found.specifier) in own) &&
        !rootDependencies.has(packageOf(found.specifier)),
    )
    expect(missing.map(line)).toEqual([])
  })
})

describe.each(packages.filter(({ id }) => id.startsWith('connector-')))('the connector $id', ({ id, folder }) => {
  it('imports core, zod and the client of its vendor, nothing else', () => {
    const allowed = new Set([`${scope}core`, 'zod', ...(vendorClients[id] ?? [])])
    const wrong = sourceFiles(folder)
      .flatMap((path) => importsOf(path))
      .filter(({ specifier }) => !isRelative(specifier) && !isBuiltin(specifier) && !allowed.has(packageOf(specifier)))
    expect(wrong.map(line)).toEqual([])
  })
})

describe('reading imports', () => {
  it('sees every way to name a module', () => {
    const text = `
      import a from 'a'
      import type { B } from '@scope/b/c'
      export { d } from './d.ts'
      export * from 'e'
      const f = await import('f')
      type G = import('g').G`
    expect(importsOf('x.ts', text).map(({ specifier }) => specifier)).toEqual(['a', '@scope/b/c', './d.ts', 'e', 'f', 'g'])
  })
})
