import { SyncError, type HookAddress, type HookReport } from '@syncline/core'
import { z } from 'zod'
import type { WooClient } from '../client.ts'
import { failedRead } from '../errors.ts'
import { allPages } from '../paging.ts'

/** Topics are stored as they are sent, and only lower case ones work (woocommerce.md 17). No customer is ever restored. */
const topics = [
  ...['order', 'product'].flatMap((resource) => ['created', 'updated', 'deleted', 'restored'].map((event) => `${resource}.${event}`)),
  ...['created', 'updated', 'deleted'].map((event) => `customer.${event}`),
]

const Hook = z.looseObject({ id: z.number(), topic: z.string(), status: z.string(), delivery_url: z.string() })
type Hook = z.infer<typeof Hook>

/**
 * One hook per topic that goes to this address, on, with this secret. The list is read first: a create has no key that makes repeating it
 * harmless, so one whose answer was lost is found by its address, and what is there twice is removed (woocommerce.md 19).
 */
export async function ensureHooks({
  client,
  deliveryUrl,
  secret,
  renew,
  signal,
}: HookAddress & { client: WooClient; renew: boolean; signal?: AbortSignal }): Promise<HookReport> {
  const ours = await ownHooks(client, deliveryUrl, signal)
  const report: HookReport = { ids: {}, reenabled: [] }
  for (const topic of topics) {
    const [kept, ...twice] = ours.filter((hook) => hook.topic === topic)
    for (const { id } of twice) await removeHook(client, id, signal)
    if (kept === undefined) {
      const made = await change(client, 'POST', 'webhooks', { name: 'Syncline', topic, delivery_url: deliveryUrl, secret }, signal)
      report.ids[topic] = String(made.id)
      continue
    }
    report.ids[topic] = String(kept.id)
    if (kept.status === 'active' && !renew) continue
    // The count of failures stays where it was: the next failed delivery switches it off at once.
    await change(client, 'PUT', `webhooks/${kept.id}`, { status: 'active', secret }, signal)
    if (kept.status !== 'active') report.reenabled.push(topic)
  }
  return report
}

export async function removeHooks({
  client,
  deliveryUrl,
  signal,
}: {
  client: WooClient
  deliveryUrl: string
  signal?: AbortSignal
}): Promise<void> {
  for (const { id } of await ownHooks(client, deliveryUrl, signal)) await removeHook(client, id, signal)
}

/** Oldest first. */
async function ownHooks(client: WooClient, deliveryUrl: string, signal: AbortSignal | undefined): Promise<Hook[]> {
  const rows = await allPages<unknown>(client, 'webhooks', { status: 'all', orderby: 'id', order: 'asc' }, signal)
  return rows
    .flatMap((row) => Hook.safeParse(row).data ?? [])
    .filter((hook) => hook.delivery_url === deliveryUrl)
    .sort((a, b) => a.id - b.id)
}

async function removeHook(client: WooClient, id: number, signal: AbortSignal | undefined): Promise<void> {
  const answer = await client.exchange({
    kind: 'write',
    method: 'DELETE',
    path: `webhooks/${id}`,
    query: { force: 'true' },
    ...(signal && { signal }),
  })
  if (answer.status !== 404 && (answer.status < 200 || answer.status > 299)) throw failedRead(answer, 'webhooks')
}

async function change(
  client: WooClient,
  method: string,
  path: string,
  fields: { [field: string]: string },
  signal: AbortSignal | undefined,
): Promise<Hook> {
  const answer = await client.exchange({ kind: 'write', method, path, body: JSON.stringify(fields), ...(signal && { signal }) })
  if (answer.status < 200 || answer.status > 299) throw failedRead(answer, 'webhooks')
  const hook = Hook.safeParse(JSON.parse(answer.body))
  if (hook.success) return hook.data
  throw new SyncError('answer_unreadable', 'The shop answered a webhook without its id.', {
    hint: 'It is looked for when it is tried again.',
  })
}
