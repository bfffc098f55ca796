import type { FrozenRequest, Http, HttpAnswer, Verb, WriteRequest } from '@syncline/core'
import { startSupabase, type SupabaseProject, type SupabaseStack } from '@syncline/simulators'
import { createClient, type SupabaseClient } from '../src/client.ts'
import { Config } from '../src/config.ts'
import { migrationSql } from '../src/sql/migration-sql.ts'
import { supabase } from '../src/supabase.ts'
import type { RowInput } from '../src/tables/table.ts'

export const ACME = '11111111-1111-4111-8111-111111111111'
export const GLOBEX = '22222222-2222-4222-8222-222222222222'

/** A Supabase project with the connector's tables and two tenants. */
export const startProject = (): Promise<SupabaseStack> =>
  startSupabase({
    schema: migrationSql({ tenant: { id: ACME, name: 'Acme' } }) + `insert into public.tenants values ('${GLOBEX}', 'Globex');`,
  })

/** The plainest way out: what core's choke point does on a good day. */
export const plainHttp: Http = {
  fetch: globalThis.fetch,
  async request({ method, url, headers, body, signal }): Promise<HttpAnswer> {
    const response = await fetch(url, {
      method,
      ...(headers && { headers }),
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
      redirect: 'manual',
    })
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
  },
}

export function connectTo(
  project: Pick<SupabaseProject, 'url' | 'secretKey'>,
  { key = project.secretKey, tenantId = ACME, http = plainHttp, schema = 'public' } = {},
): SupabaseClient {
  const config = Config.parse({ url: project.url, tenantId, schema })
  const credentials = async () => ({ key })
  return createClient({ config, credentials, http })
}

export type StreamName = keyof typeof supabase.streams

export const freeze = ({ json, ...request }: WriteRequest): FrozenRequest => ({
  ...request,
  ...(json !== undefined && { body: JSON.stringify(json) }),
})

/** The stored request of one write, as core would keep it. */
export function frozenWrite(
  client: SupabaseClient,
  stream: StreamName,
  input: RowInput,
  verb: Verb = 'create',
  id?: string,
): FrozenRequest {
  const remote = id === undefined ? undefined : { id, version: { $slot: 'version' } }
  return freeze(
    supabase.streams[stream].write!({ verb, input, marker: 'm', idempotencyKey: 'k', config: client.config, ...(remote && { remote }) }),
  )
}

/** Sends writes as one batch and tells what became of each. */
export async function sendBatch(client: SupabaseClient, stream: StreamName, inputs: RowInput[]) {
  const items = inputs.map((input, index) => ({
    place: String(index),
    stream,
    verb: 'create' as const,
    request: frozenWrite(client, stream, input),
  }))
  const batch = supabase.batch!
  const answer = await client.send(batch.combine(items, { idempotencyKey: 'k' }), { kind: 'batch' })
  const answers = batch.split(answer, items)
  return items.map(({ place }) => {
    const own = answers.get(place)
    if (own === undefined) return { outcome: 'missing' as const }
    const verdict = supabase.classify(own)
    return verdict.outcome === 'ok'
      ? { ...verdict, remote: supabase.streams[stream].written!(JSON.parse(own.body), { verb: 'create' }) }
      : verdict
  })
}

export const order = (external_id: string, changes: Partial<RowInput> = {}): RowInput => ({
  source: 'woocommerce',
  external_id,
  source_updated_at: '2026-01-01T10:00:00Z',
  order_number: external_id,
  status: 'processing',
  currency: 'EUR',
  total: '12.34',
  lines: [{ external_id: '1', kind: 'product', title: 'Tea', quantity: '2', line_total: '12.340000' }],
  taxes: [],
  ...changes,
})
