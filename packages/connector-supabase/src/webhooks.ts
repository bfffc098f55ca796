import { sameSecret, type HookAddress, type WebhookContent, type WebhookMessage, type WebhookSpec } from '@syncline/core'
import { z } from 'zod'
import type { SupabaseClient } from './client.ts'
import { Config } from './config.ts'
import { customers, invoices, orders, payments, products, refunds } from './tables/tables.ts'

/** Nothing is signed: a long random secret in a header of our own is all there is (supabase.md 16.2). */
const secretHeader = 'x-syncline-secret'

const tables = new Map(
  Object.entries({ customers, products, orders, refunds, invoices, payments }).map(([stream, { name }]) => [name, stream]),
)

const Row = z.looseObject({ id: z.coerce.string().min(1), tenant_id: z.coerce.string().nullish() })
const Body = z.looseObject({
  type: z.enum(['INSERT', 'UPDATE', 'DELETE']),
  table: z.string(),
  schema: z.string(),
  record: Row.nullish(),
  old_record: Row.nullish(),
})

/** Database webhooks: one call per row, in no promised order, never repeated. The row is read again with exact amounts. */
export const webhooks: WebhookSpec<SupabaseClient> = {
  endpoint: 'connection',
  verify: ({ headers }, secrets) => secrets.filter((secret) => sameSecret(headers[secretHeader], secret)).length > 0,
  signals: read,
  instructions: triggers,
}

function read({ body }: WebhookMessage, { config }: { config: unknown }): WebhookContent {
  const { schema, tenantId } = Config.parse(config)
  const { type, table, schema: from, record, old_record: before } = Body.parse(JSON.parse(new TextDecoder().decode(body)))
  const stream = tables.get(table)
  const row = record ?? before
  const isOurs = from === schema && (row?.tenant_id ?? tenantId) === tenantId
  if (stream === undefined || row === undefined || row === null || !isOurs) return { signals: [], ignored: 1 }
  return { signals: [{ stream, key: row.id, kind: type === 'DELETE' ? 'deleted' : 'changed' }], ignored: 0 }
}

/** SQL for the project's editor: a trigger on each table, as the dashboard makes them. Running it again replaces them. */
function triggers({ config, deliveryUrl, secret }: HookAddress & { config: unknown }): string {
  const { schema } = Config.parse(config)
  const headers = JSON.stringify({ 'Content-Type': 'application/json', [secretHeader]: secret })
  const call = [deliveryUrl, 'POST', headers, '{}', '5000'].map(literal).join(', ')
  return [...tables.keys()]
    .map(
      (table) =>
        `create or replace trigger syncline_${table} after insert or update or delete on ${schema}.${table}\n` +
        `  for each row execute function supabase_functions.http_request(${call});`,
    )
    .join('\n')
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
