import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const source = resolve(import.meta.dirname, '..')
const tsup = resolve(source, '../../node_modules/tsup/dist/cli-default.js')
const run = promisify(execFile)

/** What a developer gets who installs the package, in a folder of its own outside the repository. */
describe('the package as it is published', () => {
  let folder: string
  let project: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'syncline-packed-'))
    const built = join(folder, 'package')
    project = join(folder, 'project')
    await mkdir(project)
    for (const part of ['package.json', 'README.md', 'LICENSE', 'docs', 'src'])
      await cp(join(source, part), join(built, part), { recursive: true })
    const entries = ['src/index.ts', 'src/cli.ts', '--format', 'esm', '--target', 'node22', '--no-config', '--silent']
    await run(process.execPath, [tsup, ...entries, '--out-dir', join(built, 'dist')], { cwd: source })
    await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: built })
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))!
    await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }')
    // The binaries of PostgreSQL and PostgREST are optional parts of their packages: neither of these two platforms needs them.
    const quick = ['--prefer-offline', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--silent']
    await run('npm', ['install', ...quick, join(folder, tarball)], { cwd: project })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each([
    ['woocommerce', '/wp-json/wc/v3/orders', 401],
    ['quickbooks', '/v3/company/1/query', 401],
  ])('npx starts %s, it answers, and Ctrl-C ends everything', async (platform, path, status) => {
    const child = spawn('npx', ['--no', '@syncline/simulators', platform], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'inherit'],
      // A process group of its own, as a shell gives: Ctrl-C reaches all of it.
      detached: true,
    })
    const exit = once(child, 'exit')
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const { url } = JSON.parse(line.toString()) as { url: string }
    expect((await fetch(`${url}/__sim`)).status).toBe(200)
    expect((await fetch(`${url}${path}`)).status).toBe(status)
    process.kill(-child.pid!, 'SIGINT')
    await exit
    await expect
      .poll(
        () =>
          fetch(url).then(
            () => 'answers',
            () => 'gone',
          ),
        { timeout: 5_000 },
      )
      .toBe('gone')
  })

  it('three lines start a seeded platform', async () => {
    const program = `
      import { startWooCommerce } from '@syncline/simulators'
      const shop = await startWooCommerce({ seed: 1, orders: 5 })
      console.log(shop.ledger().orders.length)
      await shop.close()`
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: project })
    expect(stdout.trim()).toBe('5')
  })
})
