import { readFileSync } from 'node:fs'
import { readBooks } from '../../demo/proof/books-ledger.ts'
import type { Parked } from '../../demo/proof/question.ts'
import { readShop } from '../../demo/proof/shop-ledger.ts'
import { judgeLedgers } from '../crash/oracle.ts'
import type { Places } from './places.ts'
import { reading } from './rows.ts'
import type { Watch } from './watch.ts'
import type { Sample } from './worker.ts'

/** An invariant of RELIABILITY.md section 2, and what was found about it. */
export interface Verdict {
  name: string
  /** `kept`, `broken`, or `elsewhere` where this run cannot say. */
  verdict: 'kept' | 'broken' | 'elsewhere'
  /** Who says so. */
  judge: string
  findings: string[]
}

interface Evidence {
  places: Places
  path: string
  logPath: string
  /** Tax codes that a bookkeeper chose, per tenant. */
  policies: Record<string, Record<string, string>>
  seen: Watch
  noticed: { halfDone: string[]; crowded: string[] }
  samples: Sample[]
  /** Tenants whose plan was another one when it was made again. */
  different: string[]
  /** 0 when the last cycles wrote nothing. */
  idleWrites: number
  key: string
  tally: { events: number; kills: number; freezes: number; stops: number }
  branches: ReadonlyMap<string, number>
}

/** Everything that can be said about I1 to I26 after a soak that has come to rest. */
export async function judgeInvariants(
  evidence: Evidence,
): Promise<{ verdicts: Verdict[]; parked: Record<string, number>; causes: string[] }> {
  const { places, path, policies, seen, noticed, samples, different, idleWrites, tally, branches } = evidence
  const ledgers = 'the ledgers of shops and books'
  const database = 'the database, at rest'
  const doors = 'the doors of the platforms'
  const verdicts: Verdict[] = []
  const judged = (name: string, judge: string, findings: readonly string[]) =>
    verdicts.push({ name, judge, findings: findings.slice(0, 10), verdict: findings.length === 0 ? 'kept' : 'broken' })
  const elsewhere = (name: string, judge: string) => verdicts.push({ name, judge, findings: [], verdict: 'elsewhere' })

  const parkedOf = reading(path, (all) =>
    all(`select tenant, entity, source_key, pipeline, error from failed_records where state <> 'resolved'`).map(
      (row): Parked & { tenant: string } => {
        const { code, message } = JSON.parse(String(row['error'])) as { code: string; message: string }
        return {
          tenant: String(row['tenant']),
          entity: String(row['entity']),
          key: String(row['source_key']),
          pipeline: String(row['pipeline']),
          code,
          message,
        }
      },
    ),
  )
  const duplicates: string[] = []
  const losses: string[] = []
  for (const { tenant, shop, realmId } of places.list) {
    const [held, books] = await Promise.all([readShop(shop.url), readBooks(places.books.url, realmId)])
    const found = judgeLedgers(held, books, {
      woocommerce: { url: shop.url },
      quickbooks: { url: places.books.url },
      country: 'CA',
      parked: parkedOf.filter((parked) => parked.tenant === tenant),
      gateways: {},
      taxCodes: policies[tenant] ?? {},
    })
    duplicates.push(...found.duplicates.map((text) => `${tenant}: ${text}`))
    losses.push(...found.losses.map((text) => `${tenant}: ${text}`))
  }
  const open = reading(path, (all) =>
    [
      ...all(`select tenant, state, title from sync_queue where state in ('sent', 'queued')`).map(
        (row) => `${row['tenant']}: ${row['title']} is ${row['state']}`,
      ),
      ...all(`select tenant, id from plans where state = 'accepted'`).map((row) => `${row['tenant']}: plan ${row['id']} is not finished`),
      ...all(`select tenant, id from sync_runs where state = 'running'`).map((row) => `${row['tenant']}: run ${row['id']} goes on`),
      ...all(`select tenant, pipeline from work_attempts`).map((row) => `${row['tenant']}: ${row['pipeline']} has something in hand`),
    ].map(String),
  )
  const stopped = reading(path, (all) =>
    all(`select tenant, id, state from connections where state <> 'connected'`).map(
      (row) => `${String(row['tenant'])}: ${String(row['id'])} is ${String(row['state'])}`,
    ),
  )
  const assertions = reading(path, (all) =>
    all(`select tenant, error from sync_runs where error like '%"class":"bug"%' limit 10`).map(
      (row) => `${String(row['tenant'])}: ${String(row['error'])}`,
    ),
  )
  const sums = losses.filter((text) => /the sums|total/.test(text))

  judged('I1 one remote record for one operation', ledgers, duplicates)
  judged(
    'I2 no write before its intent is stored',
    `${doors}, which looked into the database at each of ${seen.writes} writes`,
    seen.withoutIntent,
  )
  judged('I3 result, link and agreed values in one transaction', `the database at ${samples.length} moments`, noticed.halfDone)
  judged(
    'I4 no request while a transaction is open',
    'the way out of the process that lived all along',
    samples.some(({ requestsInTransaction }) => requestsInTransaction > 0) ? ['requests left inside a transaction'] : [],
  )
  judged(
    'I5 a stale epoch changes nothing',
    `${ledgers}, after ${tally.freezes} processes that stood still (${branches.get('fenced') ?? 0} runs were fenced)`,
    [...duplicates, ...open],
  )
  judged('I6 a key never comes with other bytes', doors, seen.otherBytes)
  judged('I7 a lost answer is neither success nor failure', `${ledgers}, after ${seen.faults} requests that went wrong`, [
    ...duplicates,
    ...losses,
  ])
  judged('I8 no create is sent again before it has settled', `${doors}, ${seen.resent} times`, seen.tooSoon)
  judged('I9 nothing between the watermark and the books', ledgers, losses)
  judged('I10 an unreadable list is not an empty one', ledgers, losses)
  judged('I11 nothing counts as deleted without proof', ledgers, losses)
  judged(
    'I12 at rest nothing is written',
    'the counters of the platforms over two cycles',
    idleWrites === 0 ? [] : ['there was always something to write'],
  )
  judged('I13 linked records are equal, no intent is open', `${ledgers}; ${database}`, [...losses, ...open, ...twiceLinked(path)])
  judged('I14 sums are equal to the cent', ledgers, sums)
  judged('I15 no real money is moved', 'the requests that shops got', realMoney(places))
  judged('I16 writes to one record are serial', `the database at ${samples.length} moments`, noticed.crowded)
  judged('I17 the same input makes the same plan', 'two plans over everything, for each tenant', different)
  elsewhere('I18 attempts are counted before the work', 'test/engine/poison.test.ts and prove:crash: no record here kills its process')
  elsewhere('I19 a webhook is answered once it is stored', 'the tests of webhooks: none are sent here')
  judged('I20 everything converges without any webhook', ledgers, losses)
  judged('I21 tenants do not see each other', `${ledgers}, each shop beside its own company`, [...losses, ...duplicates])
  judged('I22 secrets are nowhere', 'log and database of all processes, byte by byte', leaks(evidence))
  judged('I23 no token is lost', 'the connections, under tokens that change with each exchange', stopped)
  elsewhere('I24 retention keeps what is needed', 'its own tests: nothing is old enough here')
  judged(`I25 any process may end at any moment`, `${ledgers}, after ${tally.kills} kills and ${tally.stops} stops`, [
    ...duplicates,
    ...losses,
    ...open,
  ])
  judged('I26 remote ids are text', 'the company ids, above 2^53', strangeIds(path, places))
  judged('I27 no assertion failed', 'the runs', assertions)
  const parked: Record<string, number> = {}
  for (const { code } of parkedOf) parked[code] = (parked[code] ?? 0) + 1
  const causes = Object.keys(parked).flatMap((name) =>
    parkedOf
      .filter(({ code }) => code === name)
      .slice(0, 1)
      .map(({ tenant, pipeline, key, message }) => `${tenant}, ${pipeline}, ${key}: ${message}`),
  )
  return { verdicts, parked, causes }
}

function twiceLinked(path: string): string[] {
  return reading(path, (all) =>
    all(
      `select tenant, connection, stream, key, count(*) as n from id_mappings where state = 'live' group by tenant, connection, stream, key having n > 1`,
    ).map((row) => `${String(row['tenant'])}: ${String(row['stream'])} ${String(row['key'])} stands for ${String(row['n'])} records`),
  )
}

/** A refund over the shop's own gateway moves money (woocommerce.md 8): it is only ever asked for by name. */
function realMoney({ list }: Places): string[] {
  return list.flatMap(({ tenant, shop }) =>
    shop.log
      .entries()
      .filter(({ write, url }) => write && url.includes('/refunds'))
      .map(({ url }) => `${tenant}: ${url}`),
  )
}

/** In plain words, and as they look in base64, in addresses and in hex. */
function leaks({ places, path, logPath, key }: Evidence): string[] {
  const found: string[] = []
  const files = [logPath, path, `${path}-wal`].flatMap((file) => {
    try {
      return [{ file, text: readFileSync(file, 'latin1') }]
    } catch {
      return []
    }
  })
  for (const secret of [key, ...places.secrets()])
    for (const shape of [
      secret,
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('hex'),
    ])
      for (const { file, text } of files) if (text.includes(shape)) found.push(`a secret stands in ${file.split('/').at(-1)}`)
  return found
}

function strangeIds(path: string, { list }: Places): string[] {
  const stored = reading(path, (all) => all(`select tenant, config from connections where connector = 'quickbooks'`))
  return list.flatMap(({ tenant, realmId }) => {
    const config = JSON.parse(String(stored.find((row) => row['tenant'] === tenant)?.['config'])) as { realmId: unknown }
    return config.realmId === realmId && Number(realmId) > 2 ** 53 ? [] : [`${tenant}: ${String(config.realmId)} instead of ${realmId}`]
  })
}
