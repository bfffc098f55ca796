import { SyncError, type CheckItem, type HttpAnswer } from '@syncline/core'
import { dateOf, type WooClient } from './client.ts'
import { failedRead, readOnlyKey } from './errors.ts'

const titles = {
  reachable: 'The shop can be reached.',
  permalinks: "The shop's REST API has an address of its own.",
  signed_in: 'The shop accepts the key.',
  read: 'The key may read orders.',
  write: 'The key may write.',
  clock: "The shop's clock is right.",
}

/** A connection test that changes nothing in the shop. Items after the first failure that they depend on are left out. */
export async function check({ client, signal }: { client: WooClient; signal?: AbortSignal }): Promise<CheckItem[]> {
  const items: CheckItem[] = []
  const add = (id: keyof typeof titles, error?: SyncError, detail?: string) => {
    items.push({
      id,
      title: titles[id],
      ok: error === undefined,
      ...(error && { code: error.code, detail: `${error.message} ${error.hint ?? ''}`.trim() }),
      ...(detail !== undefined && { detail }),
    })
    return error === undefined
  }
  const index = await attempt(() => client.index({ signal }))
  if (!add('reachable', index instanceof SyncError ? unreachable(index) : noAnswerOfShop(index)) || index instanceof SyncError) return items
  if (!add('permalinks', await permalinks(client, index))) return items
  const first = await attempt(() =>
    client.exchange({ kind: 'read', method: 'GET', path: 'orders', query: { per_page: '1', _fields: 'id' }, signal }),
  )
  const refused = first instanceof SyncError ? first : first.status === 200 ? undefined : failedRead(first, 'orders')
  if (!add('signed_in', refused?.code === 'permission_denied' ? undefined : refused)) return items
  if (!add('read', refused)) return items
  add('write', await writeError(client, signal))
  const clock = clockError(client, index)
  if (clock !== 'unknown') add('clock', clock)
  return items
}

async function attempt(work: () => Promise<HttpAnswer>): Promise<HttpAnswer | SyncError> {
  try {
    return await work()
  } catch (error) {
    if (SyncError.is(error)) return error
    throw error
  }
}

function unreachable(error: SyncError): SyncError {
  if (error.code !== 'network_failed') return error
  return new SyncError('address_wrong', 'Nothing answers at this address.', {
    hint: 'Check the spelling, and that the shop opens in a browser.',
    cause: error,
  })
}

function noAnswerOfShop(answer: HttpAnswer): SyncError | undefined {
  if (answer.status === 404 || (answer.status === 200 && namespaces(answer) === undefined)) {
    return new SyncError('address_wrong', 'The address answers, but not as a WordPress shop.', {
      hint: 'Give the address of the shop\'s front page, such as https://shop.example. If it is right, set permalinks to anything but "Plain" in Settings → Permalinks.',
    })
  }
  return answer.status === 200 ? undefined : failedRead(answer, '/wp-json/')
}

/** Keys only work below /wp-json/wc/, which plain permalinks do not have (woocommerce.md 1). */
async function permalinks(client: WooClient, index: HttpAnswer): Promise<SyncError | undefined> {
  if (namespaces(index)?.includes('wc/v3') === true) return undefined
  return new SyncError(
    'feature_missing',
    `WordPress answers at ${new URL(client.address.root).host}, but WooCommerce's REST API (wc/v3) is not there.`,
    {
      hint: 'Activate WooCommerce, and see that no plugin switches its REST API off.',
    },
  )
}

function namespaces(answer: HttpAnswer): string[] | undefined {
  try {
    const found = (JSON.parse(answer.body) as { namespaces?: unknown } | null)?.namespaces
    return Array.isArray(found) ? found.map(String) : undefined
  } catch {
    return undefined
  }
}

/** A key's permission is checked before the route is looked for (woocommerce.md 2): a POST to nowhere tells it and changes nothing. */
async function writeError(client: WooClient, signal: AbortSignal | undefined): Promise<SyncError | undefined> {
  const answer = await attempt(() =>
    client.exchange({ kind: 'write', method: 'POST', path: 'syncline-connection-test', body: '{}', signal }),
  )
  if (answer instanceof SyncError) return answer
  if (answer.status === 404) return undefined
  const error = failedRead(answer, 'a write')
  // Reading worked with the same key, so what is refused is writing.
  return error.code === 'credentials_rejected' ? readOnlyKey(error.remoteCode) : error
}

/** Orders and changes are dated by the shop's clock. Unknown without a clock of our own to compare with. */
function clockError(client: WooClient, index: HttpAnswer): SyncError | undefined | 'unknown' {
  const theirs = dateOf(index)
  if (theirs === undefined || client.clock === undefined) return 'unknown'
  const minutes = Math.round(Math.abs(theirs - client.clock.now()) / 60_000)
  if (minutes < 10) return undefined
  return new SyncError('config_invalid', `The shop's clock and this machine's differ by ${minutes} minutes.`, {
    hint: 'Set both by network time; changes may be read late otherwise.',
  })
}
