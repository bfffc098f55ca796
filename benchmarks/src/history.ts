import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { generateKey, SyncEngine, type HistoryOptions } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { cpuOf, inTurn } from './cpu.ts'
import type { Figure, Section } from './figure.ts'

const rows = 1_000_000
const pageSize = 100
const pages = 100
/** How often one round reads them all: collecting garbage before a round throws compiled code away, which a server does not do for each page. */
const passes = 8
const first = Date.UTC(2026, 0, 1)

/** Those of an entry: both ways read the same columns of the same rows. */
const columns =
  'id, run, pipeline, operation, entity, source_key, role, outcome, target_id, message, at, title, code, duration_ms, attempts, remote_request_id'

interface Case {
  name: string
  filter: HistoryOptions
  /** What the shortest code would ask. */
  where: string
  /** The records that it finds, from one to the other: pages are spread over them, each a full one. */
  within?: readonly [first: number, last: number]
}

const cases: Case[] = [
  { name: 'a page anywhere', filter: {}, where: '' },
  { name: 'a page of one pipeline', filter: { pipeline: 'pipeline-3' }, where: `and pipeline = 'pipeline-3'` },
  { name: 'a page of what failed', filter: { status: ['failed', 'blocked', 'skipped', 'removed', 'remark'] }, where: 'and notable = 1' },
  { name: 'a page of one run', filter: { run: 'run-500' }, where: `and run = 'run-500'`, within: [500_100, 500_999] },
]

/** Pages of a history of a million records beside the raw indexed query for the same rows. */
export async function history(): Promise<Section[]> {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-bench-'))
  const path = join(directory, 'history.db')
  const engine = new SyncEngine({ storage: sqliteStorage({ path }), secrets: { keys: [generateKey()] }, connectors: [] })
  try {
    await engine.ready()
    const database = new DatabaseSync(path)
    fill(database)
    const figures: Figure[] = []
    const { history: ofAcme } = engine.tenant('acme')
    for (const { name, filter, where, within: [low, high] = [1, rows] } of cases) {
      const raw = database.prepare(
        `select ${columns} from sync_logs where tenant = 'acme' ${where} and (at, id) < (?, ?) order by at desc, id desc limit ${pageSize}`,
      )
      const places = Array.from({ length: pages }, (_, index) => {
        const id = Math.floor(low + ((index + 1) / (pages + 1)) * (high - low))
        return { at: first + id * 10, id }
      })
      const page = ({ at, id }: { at: number; id: number }) =>
        ofAcme.list({ ...filter, limit: pageSize, after: `${at.toString(36)}.${id.toString(36)}` })
      for (const place of places) {
        const [ours, theirs] = [
          (await page(place)).entries.map(({ id }) => Number(id)),
          raw.all(place.at, place.id).map(({ id }) => Number(id)),
        ]
        if (ours.join() !== theirs.join()) throw new Error(`${name}: the two ways differ.`)
      }
      const ways = {
        measured: async () => {
          for (let pass = 0; pass < passes; pass++) for (const place of places) await page(place)
        },
        floor: async () => {
          for (let pass = 0; pass < passes; pass++) for (const place of places) raw.all(place.at, place.id)
        },
      }
      const cost = await inTurn(5, { measured: () => cpuOf(ways.measured), floor: () => cpuOf(ways.floor) })
      const waits: number[] = []
      for (const place of [...places, ...places, ...places]) {
        const began = performance.now()
        await page(place)
        waits.push(performance.now() - began)
      }
      waits.sort((a, b) => a - b)
      figures.push(
        { name, unit: 'µs', value: cost.measured / pages / passes, floor: cost.floor / pages / passes, atMost: 1.5 },
        { name: `${name}: 95th percentile`, unit: 'ms', value: waits[Math.floor(waits.length * 0.95)]!, target: { under: 2 } },
      )
    }
    database.close()
    return [
      {
        title: `history: a page of ${pageSize} of ${rows.toLocaleString('en-US')} records in SQLite`,
        figures,
        notes: [
          'floor: the same rows by a prepared statement of node:sqlite over the same index, as objects.',
          '95th percentile: wall time.',
        ],
      },
    ]
  } finally {
    await engine.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

function fill(database: DatabaseSync): void {
  database.exec(`
    pragma synchronous = off;
    begin;
    with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${rows})
    insert into sync_logs (tenant, run, pipeline, operation, entity, source_key, role, outcome, target_id, title, at, duration_ms, attempts, notable)
    select 'acme', 'run-' || (n / 1000), 'pipeline-' || (n % 5), 'plan-' || (n / 1000) || '/' || n, 'order', n, 'sale',
      case when n % 50 = 0 then 'failed' else 'created' end, n + 7, 'Sales receipt for order ' || n, ${first} + n * 10, 120, 1, n % 50 = 0
    from numbers;
    commit;
    analyze;
  `)
}
