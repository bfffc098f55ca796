import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { doubts } from '../../src/quickbooks/doubts.ts'
import { defaultLimits, defaultSwitches } from '../../src/quickbooks/options.ts'
import type { WebhookSettings } from '../../src/quickbooks/webhooks.ts'
import { openCompany, type Body, type Client } from './client.ts'
import { endpoint } from './endpoint.ts'

describe('doubts (quickbooks.md 18)', () => {
  it('are twenty, each decided by settings that exist', () => {
    const webhooks: Required<Pick<WebhookSettings, 'voidVerb' | 'eventsPerDelivery' | 'data'>> = {
      voidVerb: 'void',
      eventsPerDelivery: 100,
      data: 'empty',
    }
    const known = new Set([
      ...Object.keys(defaultSwitches),
      ...Object.keys(defaultLimits).map((name) => `limits.${name}`),
      ...Object.keys(webhooks).map((name) => `webhooks.${name}`),
    ])
    expect(doubts.map(({ doubt }) => doubt)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    for (const { settings } of doubts) for (const name of settings) expect(known).toContain(name)
  })
})

describe('batches a minute (18.2)', () => {
  it.each([
    [undefined, 40],
    [120, 45],
  ])('are 40, or as many as the settings say', async (batchesPerMinute, accepted) => {
    const company = await openCompany({ limits: { ...(batchesPerMinute !== undefined && { batchesPerMinute }) } })
    try {
      const BatchItemRequest = [{ bId: '1', Query: 'select * from Item' }]
      let passed = 0
      for (let turn = 0; turn < 45; turn++) {
        company.sim.clock.advance(1_000)
        if ((await company.call('POST', 'batch', { BatchItemRequest })).status === 200) passed++
      }
      expect(passed).toBe(accepted)
    } finally {
      await company.sim.close()
    }
  })
})

describe('content of notifications (18.14)', () => {
  let company: Client
  let app: Awaited<ReturnType<typeof endpoint>>
  beforeEach(async () => {
    company = await openCompany()
    app = await endpoint()
  })
  afterEach(async () => {
    await company.sim.close()
    await app.close()
  })

  it('is empty, or filled with what nobody promised', async () => {
    await company.control('POST', 'webhooks', { url: app.url })
    const { Id } = await company.create('Customer', { DisplayName: 'Ann' })
    await company.control('POST', 'webhooks/pump')
    await company.control('POST', 'webhooks', { data: 'filled' })
    const other = await company.create('Customer', { DisplayName: 'Ann Lee' })
    await company.control('POST', 'ui', { action: 'merge', entity: 'Customer', id: Id, loser: other.Id })
    await company.control('POST', 'webhooks/pump')
    const events = app.received.flatMap(({ body }) => JSON.parse(body) as Body[])
    expect(events[0].data).toEqual({})
    expect(events.at(-1).data).toMatchObject({ SyncToken: '9999', deletedId: other.Id })
  })
})
