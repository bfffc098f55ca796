import '../runtime.mjs'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Company } from '@syncline/connector-quickbooks'
import { SyncError, type Plan } from '@syncline/core'
import { leastRequests } from './budget.ts'
import { requestCounts, resetCounts } from './counts.ts'
import { startEngine, type Demo } from './engine.ts'
import { readOptions, type DemoOptions } from './options.ts'
import { startPlatforms, type Platforms } from './platforms.ts'
import { progressLine } from './progress.ts'
import { runProof } from './prove.ts'
import { jsonLine, printPlan, printProof, printSecondRun } from './report.ts'
import { serveExample } from './serve.ts'

const recordings = fileURLToPath(new URL('../../../shared/contracts/woocommerce', import.meta.url))
const start = '2026-11-22T18:00:00Z'

const options = readOptions(process.argv.slice(2))
const say = options.json ? () => {} : (line: string) => void process.stdout.write(`${line}\n`)
const closing: (() => Promise<void>)[] = []
let ending: Promise<void> | undefined
const end = () => (ending ??= closing.reverse().reduce((before, close) => before.then(close), Promise.resolve()))

process.once('SIGINT', () => void end().then(() => process.exit(130)))
process.once('SIGTERM', () => void end().then(() => process.exit(143)))

try {
  process.exitCode = await demonstrate(options)
} catch (error) {
  process.stderr.write(
    SyncError.is(error)
      ? `${error.code}: ${error.message}\n${error.hint ?? ''}\n`
      : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exitCode = 1
} finally {
  await end()
}

async function demonstrate({ once, orders, seed, shop, port, json }: DemoOptions): Promise<number> {
  if (shop === 'recorded' && !existsSync(recordings)) {
    process.stderr.write('The recorded shop is not here: ../shared/contracts/woocommerce is missing.\n')
    return 2
  }
  const startedAt = performance.now()
  say('Starting a shop, books and a database on this machine. No account is needed, nothing leaves it.')
  const platforms = await startPlatforms({
    shop:
      shop === 'recorded' ? { platform: 'recorded', options: recordings } : { platform: 'woocommerce', options: { seed, orders, start } },
    quickbooks: { seed, country: shop === 'recorded' ? 'US' : 'CA', start, running: false },
    supabase: {},
  })
  closing.push(platforms.stop)
  if (shop === 'recorded') await allowCurrencies(platforms.quickbooks)
  // The owner's own requests count against the company's limits too, and the engine does not know of them: it starts a minute later then.
  const demo = await startEngine(platforms, Date.parse(start) + (shop === 'recorded' ? 60_000 : 0))
  closing.push(demo.stop)
  if (platforms.withoutSupabase !== undefined) say(`Without Supabase on this machine: ${platforms.withoutSupabase}`)

  const least = await firstSync(demo, json)
  const first = await requestCounts(platforms)
  const parked = await demo.acme.failures.list({ limit: 100_000 })
  const waiting = await demo.acme.failures.list({ limit: 100_000, state: 'waiting' })
  const proof = await runProof(platforms, demo, { country: shop === 'recorded' ? 'US' : 'CA', set: [...parked, ...waiting] })

  await resetCounts(platforms)
  await secondSync(demo)
  const second = await requestCounts(platforms)
  const seconds = (performance.now() - startedAt) / 1_000

  printProof(say, { proof, parked: [...parked, ...waiting], counts: first, least, seconds })
  printSecondRun(say, second)
  const different =
    proof.mismatches > 0 ||
    proof.totals.some(({ difference }) => Number(difference) !== 0) ||
    first.quickbooks.refused > 0 ||
    second.woocommerce.writes + second.quickbooks.writes + second.supabase.writes > 0
  if (!once && !json) await serveUntilStopped(demo, platforms, proof, port)
  if (json) process.stdout.write(`${JSON.stringify(jsonLine({ proof, counts: first, second, least, seconds }))}\n`)
  return different ? 1 : 0
}

/** The recorded store sells in several currencies, so the owner of its books has switched them on. */
async function allowCurrencies({ url, realmId, accessToken }: Platforms['quickbooks']): Promise<void> {
  const address = `${url}/v3/company/${realmId}/preferences`
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json', 'content-type': 'application/json' }
  const { Preferences: now } = (await (await fetch(address, { headers })).json()) as {
    Preferences: { Id: string; SyncToken: string; CurrencyPrefs: object }
  }
  const changed = {
    Id: now.Id,
    SyncToken: now.SyncToken,
    sparse: true,
    CurrencyPrefs: { ...now.CurrencyPrefs, MultiCurrencyEnabled: true },
  }
  const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(changed) })
  if (!answer.ok) throw new Error(`The books did not take the preference: ${await answer.text()}`)
}

/** Plans, shows the plan, and applies it: pipeline by pipeline, as a careful person would. Returns the least requests that the books need for it. */
async function firstSync({ engine, acme, pipelines }: Demo, json: boolean): Promise<number> {
  const progress = progressLine(process.stderr, !json)
  const books: Plan[] = []
  let label = ''
  const stopListening = engine.on('run.progress', ({ done, planned }) => progress.show(label, done, planned))
  for (const { id, title, target } of pipelines) {
    label = `${title} to ${target}`
    progress.show(`${label}: planning`, 0, 0)
    const plan = await acme.plan(id, { mode: 'full' })
    progress.clear()
    printPlan(say, title, target, plan)
    if (target === 'quickbooks') books.push(plan)
    await acme.apply(plan.id, { confirm: plan.confirmation?.token })
    progress.clear()
  }
  stopListening()
  return leastRequests((await acme.settings('quickbooks')) as Company, books)
}

async function secondSync({ acme, pipelines }: Demo): Promise<void> {
  for (const { id } of pipelines) await acme.sync(id)
}

async function serveUntilStopped(
  demo: Demo,
  platforms: Platforms,
  proof: Awaited<ReturnType<typeof runProof>>,
  port: number,
): Promise<void> {
  const served = await serveExample({ demo, platforms, proof, port })
  closing.push(served.close)
  say(
    `\nThe example host shows this run at ${served.url}\nThe shop answers at ${platforms.woocommerce.url}, the books at ${platforms.quickbooks.url}. Stop with Ctrl-C.`,
  )
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}
