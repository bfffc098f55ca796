import type { WooClient } from './client.ts'
import { failedRead, saysGone } from './errors.ts'

/** Those of these ids of which the shop itself says that there is no such record, each asked for by itself (woocommerce.md 16, rule 12). */
export async function goneAmong(client: WooClient, path: string, ids: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const gone: string[] = []
  for (const id of ids.filter((key) => /^\d+$/.test(key))) {
    const answer = await client.exchange({ kind: 'read', method: 'GET', path: `${path}/${id}`, query: { _fields: 'id' }, signal })
    if (saysGone(answer)) gone.push(id)
    else if (answer.status < 200 || answer.status > 299) throw failedRead(answer, path)
  }
  return gone
}

/**
 * The same for refunds, which cannot be asked for without their order. The shop counts rows of its database: with none for an id there is
 * no such refund; one that merely cannot be shown still counts (woocommerce.md 4.1).
 */
export async function goneRefunds(client: WooClient, ids: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const gone: string[] = []
  for (const id of ids.filter((key) => /^\d+$/.test(key))) {
    const { rows, total } = await client.list('refunds', { include: id, per_page: '1', _fields: 'id' }, { signal })
    if (rows.length === 0 && total === 0) gone.push(id)
  }
  return gone
}
