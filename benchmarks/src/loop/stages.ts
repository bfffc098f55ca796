import { readFileSync } from 'node:fs'
import { Session, type Profiler } from 'node:inspector/promises'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { cpuOf } from '../cpu.ts'

/** A rule says in which stage a function belongs, by its file and, where a file does several things, its name. */
interface Rule {
  stage: string
  file: RegExp
  names?: RegExp
}

const stages = [
  'read',
  'normalise',
  'project + map',
  'resolve',
  'plan',
  'store',
  'send',
  'settle',
  'http',
  'fake',
  'garbage collector',
  'other',
] as const

// The innermost function that a rule fits decides: helpers (money, JSON, zod, statements) count for whoever called them.
const rules: readonly Rule[] = [
  { stage: 'fake', file: /benchmarks\/src\/loop\/tape/ },
  // The engine.
  { stage: 'http', file: /core\/src\/http\/|node_modules\/ky\/|node:internal\/deps\/undici/ },
  { stage: 'normalise', file: /connector-woocommerce\/src\/(entities|records)/ },
  { stage: 'read', file: /connector-woocommerce\/src\/|engine\/read-windows/ },
  { stage: 'resolve', file: /connector-quickbooks\/src\/streams\/find-|engine\/(snapshot|dependencies)|connector-quickbooks\/src\/query/ },
  {
    stage: 'plan',
    file: /connector-quickbooks\/src\/(streams\/(entities|customers|items|documents)|marker)/,
    names: /write|suffixed|withMarker|withoutFixed/i,
  },
  { stage: 'project + map', file: /connector-quickbooks\/src\/(accounting|company|text|wire)|core\/src\/mapping\/|engine\/project/ },
  { stage: 'send', file: /connector-quickbooks\/src\/|engine\/send\/(freeze|outcome|recover|send-plan|transmit|context)/ },
  { stage: 'settle', file: /engine\/send\/settle/ },
  { stage: 'settle', file: /storage-sql\/src\/repositories\/operation/, names: /^(settle|isPlainlyDone)$/ },
  { stage: 'store', file: /engine\/sealed\/sealed-repositories/, names: /^(sealOperation|sealRequest)$/ },
  { stage: 'settle', file: /engine\/sealed\/sealed-repositories/, names: /^sealValues$/ },
  { stage: 'store', file: /storage-sql\/src\/repositories\/operation/ },
  { stage: 'settle', file: /storage-sql\/src\/repositories\/(links|baselines|logs|failures|runs)/, names: /^(save|append|put|resolve)$/ },
  { stage: 'resolve', file: /storage-sql\/src\/repositories\/(links|baselines)/ },
  { stage: 'store', file: /storage-sql\/src\/repositories\// },
  { stage: 'plan', file: /core\/src\/engine\// },
  // The hand-written loop.
  { stage: 'read', file: /floor\/read/ },
  { stage: 'resolve', file: /floor\/masters/ },
  { stage: 'store', file: /floor\/store/, names: /^intend$/ },
  { stage: 'settle', file: /floor\/store/, names: /^(settled|passed)$/ },
  { stage: 'resolve', file: /floor\/store/, names: /^links$/ },
  { stage: 'plan', file: /floor\/send/, names: /^(intentOf|idOf)$/ },
  { stage: 'send', file: /floor\/send/ },
  { stage: 'project + map', file: /floor\/project/ },
  { stage: 'http', file: /floor\/http/ },
  { stage: 'plan', file: /floor\/floor/ },
]

/** Microseconds of CPU by stage. */
export type Stages = { [stage: string]: number }

/**
 * Runs the work under V8's sampling profiler and divides its CPU among the stages. Begin and commit are measured by themselves: they wait
 * for the disk, which a sampler would count and a processor does not.
 */
export async function stagesOf(work: () => Promise<unknown>): Promise<Stages> {
  const session = new Session()
  session.connect()
  const transactions = measureTransactions()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 250 })
    await session.post('Profiler.start')
    const total = await cpuOf(work)
    const { profile } = await session.post('Profiler.stop')
    const shares = sharesOf(profile)
    const sampled = Object.fromEntries(Object.entries(shares).map(([stage, share]) => [stage, share * (total - transactions.cost())]))
    return { ...sampled, transactions: transactions.cost() }
  } finally {
    transactions.stop()
    session.disconnect()
  }
}

function measureTransactions(): { cost: () => number; stop: () => void } {
  const { exec } = DatabaseSync.prototype
  let cost = 0
  DatabaseSync.prototype.exec = function (sql) {
    const before = process.cpuUsage()
    exec.call(this, sql)
    const { user, system } = process.cpuUsage(before)
    cost += user + system
  }
  return { cost: () => cost, stop: () => void (DatabaseSync.prototype.exec = exec) }
}

/** Each stage's share of the samples that are neither idle nor in a begin or commit. */
function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): { [stage: string]: number } {
  const parents = new Map<number, number>()
  const byId = new Map(nodes.map((node) => [node.id, node]))
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id)
  const stageOfNode = new Map<number, string | undefined>()
  const time: { [stage: string]: number } = Object.fromEntries(stages.map((stage) => [stage, 0]))
  let total = 0
  samples.forEach((id, index) => {
    if (!stageOfNode.has(id)) stageOfNode.set(id, stageOf(id))
    const stage = stageOfNode.get(id)
    if (stage === undefined) return
    const spent = timeDeltas[index] ?? 0
    time[stage]! += spent
    total += spent
  })
  return Object.fromEntries(Object.entries(time).map(([stage, spent]) => [stage, spent / total]))

  function stageOf(leaf: number): string | undefined {
    const { functionName } = byId.get(leaf)!.callFrame
    if (functionName === '(idle)') return undefined
    if (functionName === '(garbage collector)') return 'garbage collector'
    for (let id: number | undefined = leaf; id !== undefined; id = parents.get(id)) {
      const { url, functionName: own, lineNumber } = byId.get(id)!.callFrame
      // The profiler itself, and transactions, which are measured apart.
      if (url === 'node:inspector' || url === import.meta.url) return undefined
      const name = own === '' ? enclosing(url, lineNumber) : own
      const rule = rules.find(({ file, names }) => file.test(url) && (names === undefined || names.test(name)))
      if (rule !== undefined) return rule.stage
    }
    return 'other'
  }
}

const sources = new Map<string, string[]>()

/** The name of the method or function around a line, for functions that have none. */
function enclosing(url: string, lineNumber: number): string {
  if (!url.startsWith('file:')) return ''
  if (!sources.has(url)) sources.set(url, readFileSync(fileURLToPath(url), 'utf8').split('\n'))
  const lines = sources.get(url)!
  for (let at = lineNumber; at >= 0; at--) {
    const name = /^(?: {2,4}(?:async )?(\w+)(?:\(|: )|(?:export )?(?:async )?function\*? (\w+)|  const (\w+) = )/.exec(lines[at] ?? '')
    if (name !== null) return name[1] ?? name[2] ?? name[3] ?? ''
  }
  return ''
}
