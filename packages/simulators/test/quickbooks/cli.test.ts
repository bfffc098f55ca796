import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const entry = resolve(import.meta.dirname, '../../src/cli.ts')

function start(...args: string[]) {
  const child = spawn(process.execPath, ['--conditions=@syncline/source', entry, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  return {
    child,
    line: once(child.stdout, 'data').then(([chunk]) => JSON.parse(String(chunk)) as Record<string, string>),
    exit: once(child, 'exit'),
  }
}

describe('the platform as a process', () => {
  it('prints how to reach it and ends with its parent', async () => {
    const { child, line, exit } = start('quickbooks', '{"country":"CA"}')
    const data = await line
    const answer = await fetch(`${data.url}/v3/company/${data.realmId}/preferences`, {
      headers: { authorization: `Bearer ${data.accessToken}`, accept: 'application/json' },
    })
    expect(await answer.json()).toMatchObject({
      Preferences: { SalesFormsPrefs: { CustomTxnNumbers: true }, CurrencyPrefs: { HomeCurrency: { value: 'CAD' } } },
    })
    child.stdin.end()
    expect((await exit)[0]).toBe(0)
  })

  it('takes options by name, the later one wins', async () => {
    const { child, line, exit } = start('quickbooks', '{"country":"CA","seed":1}', '--country', 'AU', '--seed', 'mine')
    const data = await line
    const answer = await fetch(`${data.url}/v3/company/${data.realmId}/companyinfo/1`, {
      headers: { authorization: `Bearer ${data.accessToken}`, accept: 'application/json' },
    })
    expect(await answer.json()).toMatchObject({ CompanyInfo: { Country: 'AU' } })
    child.kill('SIGINT')
    expect((await exit)[0]).toBe(0)
    expect((await start('quickbooks', 'nonsense').exit)[0]).toBe(2)
  })

  it('ends on SIGTERM, and says which platforms there are', async () => {
    const { child, line, exit } = start('quickbooks')
    await line
    child.kill('SIGTERM')
    expect((await exit)[0]).toBe(0)
    expect((await start('sap').exit)[0]).toBe(2)
  })
})
