import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { readBooks, type Books } from '../../demo/proof/books-ledger.ts'
import { prove } from '../../demo/proof/prove.ts'
import type { Parked, Question } from '../../demo/proof/question.ts'
import { readShop, type Shop } from '../../demo/proof/shop-ledger.ts'
import { bothWaysTenant } from './both-ways.ts'
import type { Platforms } from './platforms.ts'
import { strangeGateway, summedGateway } from './world.ts'

/** What is wrong after everything has come to rest, in words; four empty lists are the goal. */
export interface Verdict {
  duplicates: string[]
  losses: string[]
  halfWritten: string[]
  stuck: string[]
}

export const noVerdict = (): Verdict => ({ duplicates: [], losses: [], halfWritten: [], stuck: [] })

/** The platforms' own ledgers decide about duplicates and losses; the database only says whether anything is left open in it. */
export async function judge(platforms: Platforms, database: string, policy: { taxCodes: Record<string, string> }): Promise<Verdict> {
  const verdict = noVerdict()
  const [shop, books] = await Promise.all([readShop(platforms.shop.url), readBooks(platforms.books.url)])
  const parked = openRows(verdict, database, platforms.now())
  // What is posted by the day is no document of its own order: it is looked for here.
  const summed = shop.orders.filter(({ paymentMethod }) => paymentMethod === summedGateway.id)
  parked.push(...summed.map(({ id }) => ({ entity: 'order', key: String(id), pipeline: 'orders-to-books', code: 'summed', message: '' })))
  const { duplicates, losses } = judgeLedgers(shop, asWanted(books), {
    woocommerce: { url: platforms.shop.url },
    quickbooks: { url: platforms.books.url },
    country: 'CA',
    parked,
    gateways: { [strangeGateway.id]: strangeGateway.setting },
    ...policy,
  })
  verdict.duplicates.push(...duplicates)
  verdict.losses.push(...losses, ...judgeDay(platforms, summed))
  return verdict
}

/** Orders that are posted by the day have one entry, which debits what they are worth. */
function judgeDay({ books }: Platforms, orders: Shop['orders']): string[] {
  const entries = [...books.company.all('JournalEntry')].filter(({ deleted }) => !deleted)
  const debits = entries.flatMap(({ fields }) =>
    (fields.Line as { Amount?: number; JournalEntryLineDetail?: { PostingType: string } }[]).flatMap(
      ({ Amount, JournalEntryLineDetail: detail }) => (detail?.PostingType === 'Debit' ? [Math.round(Number(Amount) * 100)] : []),
    ),
  )
  const [wanted, found] = [orders.map(({ total }) => Math.round(Number(total) * 100)), debits].map((cents) =>
    cents.reduce((sum, each) => sum + each, 0),
  )
  if (orders.length === 0 ? entries.length === 0 : entries.length === 1 && wanted === found) return []
  return [`${orders.length} orders of ${wanted} cents are posted by the day, in ${entries.length} entries that debit ${found} cents`]
}

/** Documents that were deleted and made anew under a number of their own count as the first ones; customers who left are not looked for. */
function asWanted(books: Books): Books {
  const isLive = new Set(
    books.documents.flatMap(({ state, docNumber }) => (state === 'live' && docNumber !== undefined ? [docNumber] : [])),
  )
  return {
    ...books,
    customers: books.customers.filter(
      ({ Active, PrimaryEmailAddr }) => Active !== false || PrimaryEmailAddr?.Address?.startsWith('leaving.') !== true,
    ),
    documents: books.documents
      .filter(({ entity }) => String(entity) !== 'JournalEntry')
      .map((document) => {
        const first = /^(\d+)-\d+$/.exec(document.docNumber ?? '')?.[1]
        return first === undefined || document.state !== 'live' || isLive.has(first) ? document : { ...document, docNumber: first }
      }),
  }
}

/** What is in the books twice, and what differs between the shop and them. */
export function judgeLedgers(shop: Shop, books: Books, question: Question): Pick<Verdict, 'duplicates' | 'losses'> {
  const verdict = noVerdict()
  const live = books.documents.filter(({ state }) => state === 'live')
  twice(
    verdict,
    'document',
    live.flatMap((document) => (document.docNumber === undefined ? [] : [`${document.entity} ${document.docNumber}`])),
  )
  twice(
    verdict,
    'payment',
    live.flatMap(({ entity, links }) => (entity === 'Payment' ? links.map(({ id, type }) => `of ${type} ${id}`) : [])),
  )
  twice(
    verdict,
    'marker',
    live.flatMap(({ privateNote }) => /Syncline (\w+)/.exec(privateNote ?? '')?.[1] ?? []),
  )
  twice(
    verdict,
    'customer',
    books.customers.flatMap(({ PrimaryEmailAddr }) => PrimaryEmailAddr?.Address?.toLowerCase() ?? []),
  )
  twice(
    verdict,
    'item',
    books.items.flatMap(({ Sku }) => Sku ?? []),
  )
  const proof = prove(question, shop, books, undefined)
  verdict.losses.push(
    ...proof.firstMismatches.map(
      ({ what, key, field, shop: there, books: here }) => `${what} ${key}, ${field}: ${there} in the shop, ${here} in the books`,
    ),
  )
  for (const { currency, difference, refundsDifference } of proof.totals) {
    if (Number(difference) !== 0 || Number(refundsDifference) !== 0)
      verdict.losses.push(`the sums in ${currency} differ by ${difference}, refunds by ${refundsDifference}`)
  }
  return verdict
}

/** What a person was told. */
export interface Told {
  id: string
  name: string
}

/** A message may come again when its sender died of it, as the same message. Of one cause there is one. */
export function judgeTold(told: readonly Told[], withdrawn: unknown): string[] {
  const messages = new Set(told.filter(({ name }) => name === 'connection.needs_reauth').map(({ id }) => id)).size
  return messages === Number(withdrawn) ? [] : [`a new sign-in was needed ${String(withdrawn)} times and told in ${messages} messages`]
}

function twice(verdict: Verdict, what: string, names: readonly string[]): void {
  for (const [name, same] of Map.groupBy(names, (each) => each))
    if (same.length > 1) verdict.duplicates.push(`${what} ${name} is there ${same.length} times`)
}

/** Notes what is unfinished; returns what was set aside. */
function openRows(verdict: Verdict, path: string, now: number): Parked[] {
  if (!existsSync(path)) throw new Error('There is no database.')
  const database = new DatabaseSync(path, { readOnly: true })
  const all = (sql: string) => database.prepare(sql).all() as Record<string, string>[]
  try {
    for (const { state, title } of all(`select state, title from sync_queue where state in ('sent', 'queued')`))
      verdict.halfWritten.push(`${title} is still ${state}`)
    for (const { id } of all(`select id from plans where state = 'accepted'`))
      verdict.halfWritten.push(`plan ${id} is accepted and not applied`)
    for (const { id } of all(`select id from sync_runs where state = 'running'`)) verdict.halfWritten.push(`run ${id} is still running`)
    // One that ran out is free: whoever died with it in hand keeps nobody from anything.
    for (const { name } of all(`select name from leases where owner <> '' and expires_at > ${now}`))
      verdict.halfWritten.push(`the lease ${name} was not given back`)
    for (const { id, state } of all(`select id, state from connections where state <> 'connected'`))
      verdict.stuck.push(`the connection ${id} is ${state}`)
    for (const row of all(
      `select connection, entity_id, role, count(*) as n from id_mappings group by tenant, connection, entity_id, role having n > 1 and role not like 'source%' and role not like 'alias%'`,
    )) {
      verdict.halfWritten.push(`${row['entity_id']} has ${row['n']} links as ${row['role']} in ${row['connection']}`)
    }
    for (const row of all(`select source_key, error from failed_records where state <> 'resolved' and tenant = '${bothWaysTenant}'`))
      verdict.stuck.push(`customer ${row['source_key']} of the second tenant waits for a person: ${row['error']}`)
    return all(
      `select entity, source_key, pipeline, error from failed_records where state <> 'resolved' and tenant <> '${bothWaysTenant}'`,
    ).map(({ entity, source_key: key, pipeline, error }) => {
      const { code, message } = JSON.parse(error!) as { code: string; message: string }
      return { entity: entity!, key: key!, pipeline: pipeline!, code, message }
    })
  } finally {
    database.close()
  }
}
