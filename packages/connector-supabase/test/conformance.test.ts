import { randomUUID } from 'node:crypto'
import type { SupabaseStack } from '@syncline/simulators'
import { connectorConformance, type ConnectorHarness } from '@syncline/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { supabase } from '../src/index.ts'
import { order, startProject } from './support.ts'

let project: SupabaseStack
beforeAll(async () => {
  project = await startProject()
})
afterAll(() => project.close())

/** Each case has a tenant of its own: no case sees the rows of another. */
async function open(): Promise<ConnectorHarness> {
  const tenantId = randomUUID()
  await project.sql('insert into tenants (id, name) values ($1, $2)', [tenantId, 'A case'])
  return {
    config: { url: project.url, tenantId },
    credentials: { key: project.secretKey },
    badCredentials: { key: 'sb_secret_this-one-was-never-given-out' },
    refusals: () => project.log.counts().refused,
    read: {
      stream: 'products',
      many: 1_100,
      async create(records) {
        const rows = await project.sql<{ id: string; external_id: string }>(
          `insert into products (tenant_id, source, external_id, source_updated_at, title, price, currency, status)
           select $1, 'owner', r ->> 'label', now(), coalesce(r ->> 'text', 'Tea'), (r ->> 'amount')::numeric, 'EUR', 'active' from jsonb_array_elements($2) r
           returning id, external_id`,
          [tenantId, JSON.stringify(records)],
        )
        const ids = new Map(rows.map(({ id, external_id }) => [external_id, id]))
        return records.map(({ label }) => ids.get(label)!)
      },
      change: async (key) => {
        await project.sql(`update products set description = coalesce(description, '') || '.' where id = $1`, [key])
      },
      remove: async (key) => {
        await project.sql('delete from products where id = $1', [key])
      },
      text: (product) => (product as { name: string }).name,
      amount: (product) => (product as { price: string }).price,
      neededField: 'currency',
    },
    write: {
      stream: 'orders',
      input: ({ label, text, amount }) => order(label, { customer_note: text, ...(amount !== undefined && { total: amount }) }),
      // A year that ISO 8601 has and PostgreSQL has not.
      refused: (label) => order(label, { placed_on: '0000-01-01' }),
      stored: (label) =>
        project.sql<{ id: string; text: string; amount: string }>(
          'select id, customer_note as text, total as amount from orders where tenant_id = $1 and external_id = $2',
          [tenantId, label],
        ),
    },
    close: async () => {
      await project.sql('delete from orders where tenant_id = $1', [tenantId])
      await project.sql('delete from products where tenant_id = $1', [tenantId])
    },
  }
}

connectorConformance({ describe, it }, { name: 'supabase', connector: supabase, open })
