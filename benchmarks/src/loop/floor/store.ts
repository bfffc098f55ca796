import { DatabaseSync } from 'node:sqlite'
import { seal } from './seal.ts'

/** A write about to be sent, as it is kept: enough to recognise it, to find it at the platform and to send it again byte by byte. */
export interface Intent {
  opKey: string
  entity: string
  key: string
  version: string | undefined
  role: string
  stream: string
  marker: string
  requestId: string
  path: string
  body: string
  hash: string
  /** Serialised input: what the next comparison will be with. */
  input: string
}

export interface Result {
  row: number
  target: string
  version: string
}

export interface Link {
  stream: string
  target: string
}

/** The durable half of a hand-written loop: a few tables, prepared statements, one transaction before and one after each batch. */
export function openStore(path: string) {
  const database = new DatabaseSync(path)
  database.exec(
    'pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory; pragma cache_size = -16000',
  )
  database.exec(`
    create table lease (name text primary key, epoch integer not null) strict, without rowid;
    insert into lease values ('orders', 1);
    create table intents (
      row integer primary key, op_key text not null unique, entity text not null, key text not null, version text, role text not null, stream text not null,
      marker text not null, request_id text not null, path text not null, body text not null, batch_key text not null, place integer not null,
      state text not null, target text, sent_at integer not null
    ) strict;
    create table links (
      entity text not null, key text not null, role text not null, stream text not null, target text not null, version text, source_version text,
      primary key (entity, key, role)
    ) strict;
    create unique index links_target on links (stream, target);
    create table baselines (entity text not null, key text not null, role text not null, hash text not null, input text not null, primary key (entity, key, role)) strict;
    create table logs (id integer primary key, run text not null, row integer, entity text not null, key text not null, role text, outcome text not null, target text, message text, at integer not null) strict;
    create table runs (id text primary key, counts text not null, cursor text) strict, without rowid;
  `)
  const epoch = database.prepare(`select epoch from lease where name = 'orders'`)
  const addIntent = database.prepare(
    `insert into intents (op_key, entity, key, version, role, stream, marker, request_id, path, body, batch_key, place, state, sent_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'sent', ?)`,
  )
  const settle = database.prepare(`update intents set state = ?, target = ? where row = ?`)
  const addLink = database.prepare(
    `insert into links (entity, key, role, stream, target, version, source_version) values (?, ?, ?, ?, ?, ?, ?)`,
  )
  const addBaseline = database.prepare(`insert into baselines (entity, key, role, hash, input) values (?, ?, ?, ?, ?)`)
  const addLog = database.prepare(
    `insert into logs (run, row, entity, key, role, outcome, target, message, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const saveRun = database.prepare(
    `insert into runs values (?, ?, ?) on conflict (id) do update set counts = excluded.counts, cursor = excluded.cursor`,
  )
  const linksOf = database.prepare(
    `select key, role, stream, target from links where entity = ? and key in (select value from json_each(?))`,
  )

  const transaction = (work: () => void): void => {
    database.exec('begin immediate')
    try {
      if (epoch.get()?.epoch !== 1) throw new Error('The lease went to somebody else.')
      work()
      database.exec('commit')
    } catch (error) {
      database.exec('rollback')
      throw error
    }
  }

  return {
    /** Links of these records, by `key/role`. */
    links(entity: string, keys: readonly string[]): Map<string, Link> {
      const found = new Map<string, Link>()
      for (const row of linksOf.all(entity, JSON.stringify(keys)) as { key: string; role: string; stream: string; target: string }[]) {
        found.set(`${row.key}/${row.role}`, { stream: row.stream, target: row.target })
      }
      return found
    },
    /** Before a batch is sent: its exact bytes. Returns the rows. */
    intend(intents: readonly Intent[], batchKey: string, at: number): number[] {
      const rows: number[] = []
      transaction(() => {
        intents.forEach((intent, place) => {
          const { opKey, entity, key, version, role, stream, marker, requestId, path, body } = intent
          rows.push(
            Number(
              addIntent.run(opKey, entity, key, version ?? null, role, stream, marker, requestId, path, seal(body), batchKey, place, at)
                .lastInsertRowid,
            ),
          )
        })
      })
      return rows
    },
    /** After its answer: results, links, baselines, log. */
    settled(run: string, intents: readonly Intent[], results: readonly (Result | { row: number; message: string })[], at: number): void {
      transaction(() => {
        results.forEach((result, index) => {
          const { entity, key, role, stream, version, hash, input } = intents[index]!
          if ('message' in result) {
            settle.run('rejected', null, result.row)
            addLog.run(run, result.row, entity, key, role, 'failed', null, result.message, at)
            return
          }
          settle.run('done', result.target, result.row)
          addLink.run(entity, key, role, stream, result.target, result.version, version ?? null)
          addBaseline.run(entity, key, role, hash, seal(input))
          addLog.run(run, result.row, entity, key, role, 'created', result.target, null, at)
        })
      })
    },
    /** After a window: how far it came, and what it left out. */
    passed(run: string, counts: object, cursor: object, skipped: readonly { key: string; message: string }[], at: number): void {
      transaction(() => {
        for (const { key, message } of skipped) addLog.run(run, null, 'order', key, null, 'skipped', null, message, at)
        saveRun.run(run, JSON.stringify(counts), JSON.stringify(cursor))
      })
    },
    close: () => database.close(),
  }
}

export type Store = ReturnType<typeof openStore>
