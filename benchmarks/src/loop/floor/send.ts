import { hash } from 'node:crypto'
import { quickbooks } from '@syncline/connector-quickbooks'
import { slotName, type DocumentWanted } from '@syncline/core'
import type { Memory } from './masters.ts'
import type { Projected } from './project.ts'
import type { Intent, Result, Store } from './store.ts'

const entities: Record<string, string> = {
  customers: 'Customer',
  items: 'Item',
  salesReceipts: 'SalesReceipt',
  invoices: 'Invoice',
  payments: 'Payment',
}
const perBatch = 30
const slots = /\{"\$slot":"((?:[^"\\]|\\.)*)"\}/g

export interface Write {
  of: Projected
  document: DocumentWanted
  input: DocumentWanted['input']
}

export interface Sender {
  fetch: typeof globalThis.fetch
  /** Address of the company, and headers with its token. */
  base: string
  headers: Record<string, string>
  store: Store
  memory: Memory
  run: string
  counts: { created: number; failed: number }
}

/** Sends writes in full batches, each between two transactions. */
export async function sendAll(sender: Sender, writes: readonly Write[]): Promise<void> {
  for (let start = 0; start < writes.length; start += perBatch) await sendBatch(sender, writes.slice(start, start + perBatch))
}

async function sendBatch(sender: Sender, writes: readonly Write[]): Promise<void> {
  const { store, run, counts, memory } = sender
  const intents = writes.map((write) => intentOf(write, memory))
  const batchKey = hash('sha256', intents.map(({ requestId }) => requestId).join(' '), 'hex').slice(0, 30)
  const rows = store.intend(intents, batchKey, Date.now())
  const members = intents.map(({ stream, body }, place) => `{"bId":"${place}","operation":"create","${entities[stream]}":${body}}`)
  const response = await sender.fetch(`${sender.base}/batch?requestid=${batchKey}&minorversion=75`, {
    method: 'POST',
    headers: sender.headers,
    body: `{"BatchItemRequest":[${members.join(',')}]}`,
  })
  const results = readAnswer(await response.text(), intents, rows, writes)
  store.settled(run, intents, results, Date.now())
  results.forEach((result, index) => {
    if ('message' in result) {
      counts.failed += 1
      return
    }
    const { of, document } = writes[index]!
    counts.created += 1
    memory.links.set(slotName(of.entity, of.key, document.role), { stream: document.stream, target: result.target })
  })
}

function intentOf({ of, document, input }: Write, memory: Memory): Intent {
  const opKey = hash('sha256', `acme|quickbooks|${document.stream}|woocommerce|${of.entity}|${of.key}|${document.role}|create|1`, 'hex')
  const marker = opKey.slice(0, 16)
  const requestId = `${opKey.slice(0, 26)}-1`
  const request = quickbooks.streams[document.stream as 'customers'].write!({
    verb: 'create',
    input,
    marker,
    idempotencyKey: requestId,
    config: undefined,
  })
  const text = JSON.stringify(input)
  return {
    opKey,
    marker,
    requestId,
    entity: of.entity,
    key: of.key,
    version: of.version,
    role: document.role,
    stream: document.stream,
    path: request.path,
    body: JSON.stringify(request.json).replace(
      slots,
      (whole, quoted: string) => idOf(JSON.parse(`"${quoted}"`) as string, memory) ?? whole,
    ),
    hash: hash('sha256', text, 'base64url'),
    input: text,
  }
}

function idOf(slot: string, memory: Memory): string | undefined {
  const link = memory.links.get(memory.aliases.get(slot) ?? slot)
  return link && JSON.stringify(link.target)
}

/** Id, version and amounts of each member; what was not written as it was sent is a failure. */
function readAnswer(
  text: string,
  intents: readonly Intent[],
  rows: readonly number[],
  writes: readonly Write[],
): (Result | { row: number; message: string })[] {
  const { BatchItemResponse: answers } = JSON.parse(text) as { BatchItemResponse: Record<string, { Id: string; SyncToken: string }>[] }
  const byPlace = new Map(answers.map((answer) => [Number(answer.bId), answer]))
  return intents.map(({ stream }, place) => {
    const row = rows[place]!
    const record = byPlace.get(place)?.[entities[stream]!]
    if (record === undefined) return { row, message: JSON.stringify(byPlace.get(place)?.Fault ?? 'no answer') }
    const difference = quickbooks.streams[stream as 'salesReceipts'].verify?.(writes[place]!.input, record)
    return difference === undefined ? { row, target: record.Id, version: record.SyncToken } : { row, message: difference }
  })
}
