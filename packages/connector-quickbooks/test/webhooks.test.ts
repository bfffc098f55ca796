import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { quickbooks } from '../src/index.ts'

interface Vector {
  rawBody: string
  requestHeaders: Record<string, string>
  verifierToken: string
}

const spec = quickbooks.webhooks!
const folder = new URL('../../../../shared/contracts/quickbooks/', import.meta.url)
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('webhook-')) : []
if (files.length === 0) console.warn('QUICKBOOKS: 3 notifications not replayed, the contracts are missing')
const messageOf = ({ rawBody, requestHeaders }: Vector) => ({ body: new TextEncoder().encode(rawBody), headers: requestHeaders })
const nothing = { config: undefined, settings: undefined }

it.each(files)('verifies and reads %s', (file) => {
  const vector = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Vector
  expect(spec.verify(messageOf(vector), ['another', vector.verifierToken])).toBe(true)
  expect(spec.verify(messageOf({ ...vector, rawBody: `${vector.rawBody} ` }), [vector.verifierToken])).toBe(false)
  const { signals, ignored, warnings } = spec.signals(messageOf(vector), nothing)
  expect(signals.length + ignored).toBeGreaterThan(0)
  expect(warnings?.map(({ code }) => code)).toEqual(file.includes('legacy') ? ['webhook_format_retired'] : undefined)
  if (file.includes('invoice-void')) expect(signals).toMatchObject([{ stream: 'invoices', kind: 'voided' }])
})

it('keeps ids and companies as text, however long', () => {
  const body = new TextEncoder().encode(
    JSON.stringify([
      {
        type: 'qbo.invoice.updated.v1',
        time: '2026-09-01T09:00:00.999999999Z',
        intuitentityid: '9007199254740993',
        intuitaccountid: '9341452049999999999',
      },
    ]),
  )
  expect(spec.signals({ body, headers: {} }, nothing).signals).toEqual([
    {
      account: '9341452049999999999',
      stream: 'invoices',
      key: '9007199254740993',
      kind: 'changed',
      happenedAt: Date.UTC(2026, 8, 1, 9, 0, 0, 999),
    },
  ])
})

it('uses the token of the host’s app, and the one before while it is replaced', () => {
  const app = { clientId: 'a', clientSecret: 'b' }
  expect(spec.appSecrets!(app)).toEqual([])
  expect(spec.appSecrets!({ ...app, webhookVerifier: '' })).toEqual([])
  expect(spec.appSecrets!({ ...app, webhookVerifier: 'new', webhookVerifierPrevious: 'old' })).toEqual(['new', 'old'])
})
