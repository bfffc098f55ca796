import { startSupabase, type SupabaseProject, type SupabaseStack } from '@syncline/simulators'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrationSql } from '../src/sql/migration-sql.ts'
import { supabase } from '../src/supabase.ts'
import { ACME, connectTo, GLOBEX } from './support.ts'

let stack: SupabaseStack
beforeAll(async () => {
  stack = await startSupabase()
})
afterAll(() => stack.close())

const check = async (project: SupabaseProject, options: Parameters<typeof connectTo>[1] = {}) => {
  const client = connectTo(project, options)
  const items = await supabase.check({ client, config: client.config })
  return items.filter(({ ok }) => !ok).map(({ id, code, detail }) => ({ id, code, detail }))
}

describe('the connection test', () => {
  it('says which SQL to run on an empty project, and is content after it, also when it ran twice', async () => {
    expect(await check(stack)).toMatchObject([
      { id: 'tables', code: 'endpoint_missing', detail: expect.stringContaining('migrationSql()') },
    ])
    const sql = migrationSql({ tenant: { id: ACME, name: "O'Neil & Söhne" } })
    await stack.migrate(sql)
    await stack.migrate(sql)
    expect(await check(stack)).toEqual([])
    expect(await stack.sql('select name from tenants')).toEqual([{ name: "O'Neil & Söhne" }])
  })

  it('accepts each key form that may write and explains the ones that may not', async () => {
    expect(await check(stack, { key: stack.serviceRoleKey })).toEqual([])
    for (const key of [stack.publishableKey, stack.anonKey]) {
      expect((await check(stack, { key }))[0]).toMatchObject({
        id: 'role',
        code: 'credentials_read_only',
        detail: expect.stringContaining('sb_secret_'),
      })
    }
    expect(await check(stack, { key: 'sb_secret_wrong' })).toMatchObject([{ id: 'reachable', code: 'credentials_rejected' }])
    expect(await check(stack, { key: stack.token({ exp: 1 }) })).toMatchObject([{ id: 'reachable', code: 'credentials_expired' }])
  })

  it("lets a user's token write its own tenant only", async () => {
    const key = stack.token({ tenant_id: ACME })
    expect(await check(stack, { key })).toEqual([])
    expect(await check(stack, { key, tenantId: GLOBEX })).toMatchObject([{ id: 'tenant' }])
  })

  it('names a missing tenant, grant, constraint and column with the SQL that helps', async () => {
    const project = await stack.database()
    try {
      await project.migrate(migrationSql())
      await project.migrate(`
        revoke insert on public.refunds from service_role;
        alter table public.orders drop constraint orders_identity;
        alter table public.invoices drop column due_on;`)
      expect(await check(project)).toEqual([
        { id: 'tenant', code: 'config_invalid', detail: expect.stringContaining(`insert into tenants (id, name) values ('${ACME}'`) },
        { id: 'table.orders', code: 'feature_missing', detail: expect.stringContaining('unique (tenant_id, source, external_id)') },
        {
          id: 'table.refunds',
          code: 'permission_denied',
          detail: expect.stringContaining('grant select, insert, update, delete on public.refunds'),
        },
        { id: 'table.invoices', code: 'feature_missing', detail: expect.stringContaining('column invoices.due_on') },
      ])
      await project.migrate(migrationSql({ tenant: { id: ACME, name: 'Acme' } }))
      expect(await check(project)).toEqual([])
    } finally {
      await project.close()
    }
  })

  it('says that an address has no Supabase behind it', async () => {
    const client = connectTo({ url: `${stack.url}/nowhere`, secretKey: 'x' })
    expect(await supabase.check({ client, config: client.config })).toMatchObject([{ id: 'reachable', ok: false }])
  })

  it('works in a schema of its own', async () => {
    const custom = await startSupabase({
      exposedSchemas: ['public', 'graphql_public', 'shop_sync'],
      schema: migrationSql({ schema: 'shop_sync', tenant: { id: ACME, name: 'Acme' } }),
    })
    try {
      const client = connectTo(custom, { schema: 'shop_sync' })
      expect((await supabase.check({ client, config: client.config })).filter(({ ok }) => !ok)).toEqual([])
    } finally {
      await custom.close()
    }
    expect(() => migrationSql({ schema: 'x; drop table y' })).toThrow(expect.objectContaining({ code: 'config_invalid' }))
  })
})
