import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrationSql, supabase } from '@syncline/connector-supabase'
import { woocommerce } from '@syncline/connector-woocommerce'
import { createInFlight, generateKey, SyncEngine, virtualClock } from '@syncline/core'
import { createWooCommerce, startSupabase } from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { expect, it } from 'vitest'

const tenantId = '11111111-1111-4111-8111-111111111111'
const shopUrl = 'http://127.0.0.1:8081'

it('rows that were deleted, changed, left behind or written by others are told apart, and repaired where nobody has to decide', async () => {
  const project = await startSupabase({ schema: migrationSql({ tenant: { id: tenantId, name: 'Acme' } }) })
  const directory = await mkdtemp(join(tmpdir(), 'syncline-drift-'))
  const woo = createWooCommerce({ start: '2026-09-01T09:00:00Z', home: shopUrl })
  const inFlight = createInFlight()
  const clock = virtualClock({ start: woo.clock.now() + 60_000, inFlight })
  const engine = new SyncEngine({
    storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
    secrets: { keys: [generateKey()] },
    connectors: [woocommerce, supabase],
    http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight },
    seams: {
      clock,
      fetch: (input, init) => {
        const request = new Request(input, init)
        return request.url.startsWith(shopUrl) ? woo.fetch(request) : fetch(request)
      },
    },
  })
  try {
    const acme = engine.tenant('acme')
    const keys = { consumerKey: woo.consumerKey, consumerSecret: woo.consumerSecret }
    await acme.connect('woocommerce', { config: { url: shopUrl, auth: 'basic' }, credentials: keys })
    await acme.connect('supabase', { config: { url: project.url, tenantId }, credentials: { key: project.secretKey } })
    await acme.savePipeline({
      id: 'orders',
      from: { connection: 'woocommerce', entity: 'order' },
      to: { connection: 'supabase', entity: 'order' },
    })
    const shop = async (method: string, path: string, body?: object) => {
      const authorization = `Basic ${Buffer.from(`${woo.consumerKey}:${woo.consumerSecret}`).toString('base64')}`
      const headers = { authorization, 'content-type': 'application/json' }
      const request = new Request(`${shopUrl}/wp-json/wc/v3/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
      return (await (await woo.fetch(request)).json()) as { id: number }
    }
    const ids: number[] = []
    for (let number = 0; number < 5; number++)
      ids.push((await shop('POST', 'orders', { status: 'processing', fee_lines: [{ name: 'Work', total: '10.00' }] })).id)
    await acme.sync('orders')
    expect((await acme.reconcile('orders')).findings).toEqual([])

    const [deleted, edited, gone, dearer] = ids
    await project.sql(`delete from public.orders where external_id = $1`, [String(deleted)])
    await project.sql(`update public.orders set total = 99 where external_id = $1`, [String(edited)])
    await shop('DELETE', `orders/${gone}?force=true`)
    await shop('PUT', `orders/${dearer}`, { fee_lines: [{ name: 'More', total: '5.00' }] })
    await project.sql(
      `insert into public.orders (tenant_id, source, external_id, source_updated_at, order_number, status, currency, total) values ($1, 'by hand', '1', now(), '1', 'processing', 'USD', 3)`,
      [tenantId],
    )
    const { findings, foreign, plan } = await acme.reconcile('orders', {}, { repair: true })
    expect(findings.map(({ kind, key, repair }) => [kind, Number(key), repair]).toSorted()).toEqual(
      [
        ['missing', deleted, 'create'],
        ['edited', edited, 'person'],
        ['extra', gone, 'remove'],
        ['different_amount', dearer, 'update'],
      ].toSorted(),
    )
    expect(foreign).toBe(1)
    const { confirmation } = await acme.getPlan(plan!)
    await acme.apply(plan!, { confirm: confirmation?.token })
    expect((await acme.reconcile('orders')).findings.map(({ kind }) => kind)).toEqual(['edited'])
  } finally {
    await engine.stop()
    await project.close()
    await rm(directory, { recursive: true, force: true })
  }
})
