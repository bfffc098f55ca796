import { createClient } from '@supabase/supabase-js'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgrestBinary } from './postgrest.ts'
import { startSupabase, type SupabaseStack } from './stack.ts'

const ITEMS = `
create table public.items (tenant_id uuid not null, external_id text not null, name text not null, amount numeric(18,4), primary key (tenant_id, external_id));
alter table public.items enable row level security;
create policy items_tenant on public.items for all to authenticated
  using (tenant_id = (select (auth.jwt() ->> 'tenant_id')::uuid)) with check (tenant_id = (select (auth.jwt() ->> 'tenant_id')::uuid));
grant select, insert, update, delete on public.items to service_role, authenticated;
create table public.ungranted (id int primary key);
create function public.whoami() returns jsonb language sql stable as $$
  select jsonb_build_object('role', current_user, 'limit', current_setting('statement_timeout')) $$;
`
const ACME = '11111111-1111-4111-8111-111111111111'
const GLOBEX = '22222222-2222-4222-8222-222222222222'

let stack: SupabaseStack
beforeAll(async () => {
  stack = await startSupabase({ schema: ITEMS })
})
afterAll(() => stack.close())

const client = (key: string, url = stack.url) =>
  createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false }, db: { retry: false } })

describe('startSupabase', () => {
  it('gives each of the four keys its role and time limit', async () => {
    const roles = await Promise.all(
      [stack.serviceRoleKey, stack.secretKey, stack.anonKey, stack.publishableKey].map(
        async (key) => (await client(key).rpc('whoami')).data,
      ),
    )
    expect(roles).toEqual([
      { role: 'service_role', limit: '8s' },
      { role: 'service_role', limit: '8s' },
      { role: 'anon', limit: '3s' },
      { role: 'anon', limit: '3s' },
    ])
  })

  it('refuses a request without a key, an unknown key and a browser with the secret key', async () => {
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(`${stack.url}/rest/v1/items`, { headers })
      return [response.status, ((await response.json()) as { message?: string }).message]
    }
    expect(await ask({})).toEqual([401, 'No API key found in request'])
    expect(await ask({ apikey: 'sb_secret_wrong' })).toEqual([401, 'Invalid API key'])
    expect(await ask({ apikey: stack.secretKey, 'user-agent': 'Mozilla/5.0' })).toEqual([401, 'Invalid API key'])
    expect((await ask({ apikey: stack.secretKey }))[0]).toBe(200)
    expect(await ask({ apikey: stack.anonKey.slice(0, -3) + 'AAA' })).toEqual([401, 'JWSError JWSInvalidSignature'])
  })

  it('writes through supabase-js and keeps exact numbers', async () => {
    const row = { tenant_id: ACME, external_id: 'a', name: 'Ünï 🎈', amount: '12345678901234.5678' }
    const { error, status } = await client(stack.secretKey).from('items').upsert([row], { onConflict: 'tenant_id,external_id' })
    expect([error, status]).toEqual([null, 201])
    expect(await stack.sql('select external_id, name, amount from items where tenant_id = $1', [ACME])).toEqual([
      { external_id: 'a', name: 'Ünï 🎈', amount: '12345678901234.5678' },
    ])
  })

  it('applies row policies to a user token and grants to service_role', async () => {
    const user = client(stack.publishableKey)
    const headers = {
      apikey: stack.publishableKey,
      authorization: `Bearer ${stack.token({ tenant_id: GLOBEX })}`,
      'content-type': 'application/json',
    }
    const foreign = await fetch(`${stack.url}/rest/v1/items`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ tenant_id: ACME, external_id: 'x', name: 'x' }),
    })
    expect(foreign.status).toBe(403)
    expect(await (await fetch(`${stack.url}/rest/v1/items`, { headers })).json()).toEqual([])
    expect((await user.from('items').select()).status).toBe(401)
    const ungranted = await client(stack.serviceRoleKey).from('ungranted').select()
    expect([ungranted.status, ungranted.error?.code]).toEqual([403, '42501'])
  })

  it('cuts an answer at 1000 rows without a word, as hosted projects do', async () => {
    await stack.sql(`insert into items select $1, 'n' || n, 'n', 1 from generate_series(1, 1200) n`, [GLOBEX])
    const { data } = await client(stack.secretKey).from('items').select('external_id').eq('tenant_id', GLOBEX)
    expect(data).toHaveLength(1000)
  })

  it('shows a migrated table at once, and opens isolated databases from the template', async () => {
    await stack.migrate('create table public.later (id int primary key); grant select on public.later to service_role')
    expect((await client(stack.secretKey).from('later').select()).status).toBe(200)
    const other = await stack.database()
    try {
      expect((await client(other.secretKey, other.url).from('items').select()).data).toEqual([])
      expect((await client(other.secretKey, other.url).from('later').select()).status).toBe(404)
    } finally {
      await other.close()
    }
  })

  it('counts requests for other processes and starts the counts anew', async () => {
    await fetch(`${stack.url}/__sim/reset-counts`, { method: 'POST' })
    await client(stack.secretKey).from('items').select('external_id').limit(0)
    await client(stack.secretKey)
      .from('items')
      .upsert([{ tenant_id: ACME, external_id: 'c', name: 'c' }])
    const counts = await (await fetch(`${stack.url}/__sim/requests`)).json()
    expect(counts).toEqual({ total: 2, reads: 1, writes: 1, refused: 0, byStatus: { 200: 1, 201: 1 } })
  })

  it('loses an answer after the effect when told to', async () => {
    stack.faults.script([{ method: 'POST', url: '/rest/v1/items', kind: 'drop-after' }])
    const { status } = await client(stack.secretKey).from('items').insert({ tenant_id: ACME, external_id: 'lost', name: 'l' })
    expect(status).toBe(0)
    expect(await stack.sql(`select name from items where external_id = 'lost'`)).toEqual([{ name: 'l' }])
  })
})

describe('the end of the stack', () => {
  it('closes twice without harm and leaves no files', async () => {
    const short = await startSupabase()
    const [directory] = await short.sql<{ data_directory: string }>(`select current_setting('unix_socket_directories') as data_directory`)
    expect(existsSync(directory!.data_directory)).toBe(true)
    await short.close()
    await short.close()
    expect(existsSync(directory!.data_directory)).toBe(false)
  })

  it('stops what it started when the schema is refused', async () => {
    await expect(startSupabase({ schema: 'create tabel nonsense' })).rejects.toThrow(/syntax error/)
  })

  it('leaves no process behind when its parent is killed', async () => {
    const parent = spawn(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), '__fixtures__', 'hang.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const line = await new Promise<string>((resolve, reject) => {
      parent.stdout.setEncoding('utf8').once('data', resolve)
      parent.once('exit', (code) => reject(new Error(`the parent ended by itself with code ${code}`)))
    })
    const { pid, directory } = JSON.parse(line) as { pid: number; directory: string }
    expect(alive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await expect.poll(() => alive(pid) || existsSync(directory), { timeout: 10_000 }).toBe(false)
  })
})

describe('platforms without PostgREST', () => {
  it('knows where there is no binary', () => {
    expect(postgrestBinary('darwin', 'arm64')).toBeUndefined()
    expect(postgrestBinary('plan9', 'mips')).toBeUndefined()
  })
})

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
