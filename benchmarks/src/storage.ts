import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Baseline, Link, LogEntry, TenantStorage } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { cpuOf, inTurn } from './cpu.ts'
import type { Figure, Section } from './figure.ts'

const records = 6_000

/** Bulk calls of the repositories beside prepared statements for the same tables, in transactions of the same size. */
export async function storage(): Promise<Section[]> {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-bench-'))
  try {
    const figures: Figure[] = []
    for (const perTransaction of [30, 1_000]) figures.push(...(await measured(directory, perTransaction)))
    return [
      {
        title: `storage: CPU per record in SQLite`,
        figures,
        notes: ['floor: prepared statements of node:sqlite for the same tables and indexes.'],
      },
    ]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function measured(directory: string, perTransaction: number): Promise<Figure[]> {
  let files = 0
  const fresh = async () => {
    const path = join(directory, `${perTransaction}-${++files}.db`)
    const storage = sqliteStorage({ path })
    await storage.system.migrate()
    return { path, storage }
  }
  const repositories =
    (work: (tenant: TenantStorage) => Promise<unknown>, prepare = async (_: TenantStorage) => {}) =>
    async () => {
      const { storage } = await fresh()
      const tenant = storage.forTenant('acme')
      await prepare(tenant)
      const cost = await cpuOf(() => work(tenant))
      await storage.close()
      return cost
    }
  const byHand =
    (work: (database: DatabaseSync) => void, prepare = async (_: TenantStorage) => {}) =>
    async () => {
      const { path, storage } = await fresh()
      await prepare(storage.forTenant('acme'))
      await storage.close()
      const database = new DatabaseSync(path)
      database.exec('pragma synchronous = full; pragma cache_size = -16000; pragma temp_store = memory')
      const cost = await cpuOf(() => work(database))
      database.close()
      return cost
    }
  const chunks = Array.from({ length: records / perTransaction }, (_, index) => index * perTransaction)
  const rowsFrom = <T>(make: (index: number) => T, start: number) =>
    Array.from({ length: perTransaction }, (_, index) => make(start + index))
  const saveLinks = async (tenant: TenantStorage) => {
    for (const start of chunks) await tenant.transaction(({ links }) => links.save(rowsFrom(linkOf, start)))
  }

  const cost = await inTurn(3, {
    settle: repositories(async (tenant) => {
      for (const start of chunks) {
        await tenant.transaction(async ({ links, baselines, logs }) => {
          await links.save(rowsFrom(linkOf, start))
          await baselines.save(rowsFrom(baselineOf, start))
          await logs.append(rowsFrom(logOf, start))
        })
      }
    }),
    settleFloor: byHand((database) => {
      const link = database.prepare(
        'insert into id_mappings (tenant, connection, stream, key, entity, entity_id, role, version, hash, state, incarnation) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      const baseline = database.prepare(
        'insert into baselines (tenant, pipeline, connection, entity_id, role, hash, revision, input) values (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      const log = database.prepare(
        'insert into sync_logs (tenant, run, pipeline, operation, entity, source_key, role, outcome, target_id, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      for (const start of chunks) {
        database.exec('begin immediate')
        for (let index = start; index < start + perTransaction; index++) {
          const { connection, stream, key, entity, entityId, role, version, hash, state, incarnation } = linkOf(index)
          link.run('acme', connection, stream, key, entity, entityId, role, version!, hash!, state, incarnation)
          const { pipeline, values } = baselineOf(index)
          baseline.run('acme', pipeline, connection, entityId, role, hash!, 1, JSON.stringify(values))
          const { run, operation, sourceKey, outcome, targetId, at } = logOf(index)
          log.run('acme', run, pipeline, operation!, entity, sourceKey!, role, outcome, targetId!, at)
        }
        database.exec('commit')
      }
    }),
    lookUp: repositories(async (tenant) => {
      for (const start of chunks)
        await tenant.links.byEntities(
          'quickbooks',
          rowsFrom((index) => linkOf(index).entityId, start),
        )
    }, saveLinks),
    lookUpFloor: byHand((database) => {
      const find = database.prepare(
        `select * from id_mappings where tenant = ? and connection = ? and entity_id in (select value from json_each(?))`,
      )
      for (const start of chunks) find.all('acme', 'quickbooks', JSON.stringify(rowsFrom((index) => linkOf(index).entityId, start)))
    }, saveLinks),
  })
  const per = `${perTransaction} a transaction`
  return [
    { name: `link, baseline and log, ${per}`, unit: 'µs', value: cost.settle / records, floor: cost.settleFloor / records },
    {
      name: `links by entity, ${per.replace('transaction', 'call')}`,
      unit: 'µs',
      value: cost.lookUp / records,
      floor: cost.lookUpFloor / records,
    },
  ]
}

function entityIdOf(index: number): string {
  // Ids of entities are hashes: they come in no order.
  return ((index * 2_654_435_761) % 4_294_967_296).toString(36).padStart(26, 'q')
}

function linkOf(index: number): Link {
  return {
    entity: 'order',
    entityId: entityIdOf(index),
    role: 'sale',
    connection: 'quickbooks',
    stream: 'salesReceipts',
    key: String(index + 1),
    version: '0',
    hash: 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE',
    state: 'live',
    incarnation: 1,
  }
}

const line = { Amount: 12.5, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: { ItemRef: { value: '17' }, Qty: 1, UnitPrice: 12.5 } }
const values = {
  TxnDate: '2026-11-22',
  CustomerRef: { value: '12' },
  Line: [line, line, line],
  PrivateNote: 'Order 12 of woocommerce (shop, id 12)',
}

function baselineOf(index: number): Omit<Baseline, 'revision'> {
  const { connection, entityId, role, hash } = linkOf(index)
  return { pipeline: 'orders-to-books', connection, entityId, role, hash: hash!, values }
}

function logOf(index: number): LogEntry {
  return {
    run: 'run-1',
    pipeline: 'orders-to-books',
    operation: `operation-${index}`,
    entity: 'order',
    sourceKey: String(index),
    role: 'sale',
    outcome: 'created',
    targetId: String(index + 1),
    at: 1_763_834_400_000,
  }
}
