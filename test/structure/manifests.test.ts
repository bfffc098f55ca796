import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { publishedPackages, readJson, root, type Manifest } from './workspace.ts'

/** The first Node whose own SQLite can be trusted with a write-ahead log; docs/architecture.md says more. */
const node = '^22.22.3 || ^24.15 || >=26'
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const rootManifest = readJson<Manifest & { allowScripts: { [name: string]: boolean } }>('package.json')

describe.each(publishedPackages())('$id', ({ id, folder, manifest }) => {
  it('is described by its manifest as a package that can be published', () => {
    expect(manifest).toMatchObject({
      name: `@syncline/${id}`,
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      engines: { node },
      publishConfig: { access: 'public' },
      scripts: { build: 'tsup' },
    })
    expect(manifest.description?.length).toBeGreaterThan(20)
    expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'src', '!**/*.test.ts']))
  })

  it('exports types first, sources under their condition, and its manifest', () => {
    const { './package.json': own, ...entries } = manifest.exports ?? {}
    expect(own).toBe('./package.json')
    expect(Object.keys(entries)).toContain('.')
    for (const [subpath, target] of Object.entries(entries)) {
      expect(typeof target, subpath).toBe('object')
      expect(Object.keys(target)[0], subpath).toBe('types')
      expect(target, subpath).toMatchObject({
        types: expect.stringMatching(/^\.\/dist\/.+\.d\.ts$/),
        default: expect.stringMatching(/^\.\/dist\/.+\.js$/),
      })
      const source = (target as { '@syncline/source': string })['@syncline/source']
      expect(existsSync(join(root, folder, source)), `${subpath} → ${source}`).toBe(true)
    }
  })

  it('shares core and zod with the host instead of bringing its own', () => {
    expect(Object.keys(manifest.dependencies ?? {})).not.toContain('@syncline/core')
    expect(Object.keys(manifest.dependencies ?? {})).not.toContain('zod')
  })

  it('carries the licence and a README that names it and says how to install it', () => {
    expect(read(`${folder}/LICENSE`)).toBe(read('LICENSE'))
    const readme = existsSync(join(root, folder, 'README.md')) ? read(`${folder}/README.md`) : ''
    expect(readme).toContain(`# @syncline/${id}`)
    expect(readme).toContain(`npm install`)
  })

  const suite = id.startsWith('connector-') ? 'connectorConformance' : /^storage-(?!sql$)/.test(id) ? 'storageConformance' : undefined
  if (suite !== undefined) {
    it(`passes the published suite: ${suite}`, () => {
      expect(read(`${folder}/test/conformance.test.ts`)).toContain(`${suite}(`)
    })
  }
})

describe('the repository', () => {
  const lock = readJson<{ packages: { [path: string]: { resolved?: string; link?: boolean; hasInstallScript?: boolean } } }>(
    'package-lock.json',
  )

  it('locks packages by content, not by the address of somebody’s registry', () => {
    expect(
      Object.entries(lock.packages)
        .filter(([, entry]) => entry.resolved !== undefined && !entry.link)
        .map(([path]) => path),
    ).toEqual([])
  })

  it('has approved every install script by name, and none that is not there', () => {
    const scripted = Object.entries(lock.packages)
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ''))
    expect(Object.keys(rootManifest.allowScripts).sort()).toEqual([...new Set(scripted)].sort())
  })

  it('brings its own Node', () => expect(rootManifest.devDependencies?.['node']).toMatch(/^\^24\./))

  it('tells TypeScript where the sources of each package lie', () => {
    const { compilerOptions } = readJson<{ compilerOptions: { paths: { [name: string]: string[] } } }>('tsconfig.json')
    const expected = publishedPackages().flatMap(({ folder, manifest }) =>
      Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) =>
        typeof target === 'string' ? [] : [[join(manifest.name, subpath), [`./${folder}/${(target['@syncline/source'] ?? '').slice(2)}`]]],
      ),
    )
    expect(compilerOptions.paths).toEqual(Object.fromEntries(expected))
  })
})
