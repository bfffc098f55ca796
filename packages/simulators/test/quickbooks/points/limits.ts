import assert from 'node:assert/strict'
import { code, type Client } from '../client.ts'
import { accepted, point, refused } from './harness.ts'

const start = Date.parse('2026-11-22T17:00:00Z')
const at = (time: number) => ({ 'x-sim-now': String(start + time) })
const read = ({ call }: Client, time: number) => call('GET', 'companyinfo/1', undefined, at(time))

export const limits = [
  point(16, async ({ open }) => {
    const client = await open({ limits: true })
    for (let index = 0; index < 10; index++) accepted(await read(client, index * 90))
    const tooFast = await read(client, 950)
    assert.deepEqual([tooFast.status, code(tooFast), tooFast.headers.get('retry-after')], [429, '3001', null])
    client.sim.switches.retryAfter = 60
    assert.equal((await read(client, 951)).headers.get('retry-after'), '60')
    accepted(await read(client, 1_000))
    for (let index = 11; index < 500; index++) accepted(await read(client, index * 110))
    assert.equal((await read(client, 59_999)).status, 429)
    accepted(await read(client, 60_001))
  }),
  point(
    16,
    async ({ open }) => {
      const { call, query } = await open({ limits: true })
      const batch = { BatchItemRequest: [{ bId: '1', Query: 'select * from Customer' }] }
      for (let index = 0; index < 40; index++) accepted(await call('POST', 'batch', batch, at(index * 200)))
      assert.equal((await call('POST', 'batch', batch, at(20_000))).status, 429)
      const many = Array.from({ length: 31 }, (_, index) => ({ bId: String(index), Query: 'select * from Customer' }))
      refused(await call('POST', 'batch', { BatchItemRequest: many }, at(80_000)), '1040')
      assert.equal((await query('select * from Customer')).length, 0)
    },
    'batches',
  ),
  point(
    16,
    async ({ open }) => {
      const { call, query, sim } = await open({ switches: { throttledItems: 1 } })
      const BatchItemRequest = ['A', 'B'].map((DisplayName) => ({ bId: DisplayName, operation: 'create', Customer: { DisplayName } }))
      const first = accepted(await call('POST', 'batch?requestid=r', { BatchItemRequest }))
      assert.deepEqual(
        first.body.BatchItemResponse.map((item: { Fault?: { Error: { code: string }[] } }) => item.Fault?.Error[0]!.code),
        [undefined, '3001'],
      )
      assert.equal(sim.switches.throttledItems, 0)
      const again = accepted(await call('POST', 'batch?requestid=r', { BatchItemRequest }))
      assert.deepEqual(again.body.BatchItemResponse[0], first.body.BatchItemResponse[0])
      assert.equal(again.body.BatchItemResponse[1].Customer.DisplayName, 'B')
      assert.equal((await query('select * from Customer')).length, 2)
    },
    'a single item of a batch',
  ),
  point(
    16,
    async ({ open }) => {
      const { call } = await open({ limits: { reportsPerMinute: 2, perSecond: 100 } })
      for (let index = 0; index < 2; index++) accepted(await call('GET', 'reports/TrialBalance', undefined, at(index)))
      assert.equal((await call('GET', 'reports/TrialBalance', undefined, at(10))).status, 429)
      accepted(await call('GET', 'reports/TrialBalance', undefined, at(60_001)))
    },
    'reports',
  ),
  point(17, async ({ open }) => {
    const client = await open({ switches: { readsPerMonth: 3 } })
    const { call, sim, control } = client
    accepted(await call('POST', 'customer', { DisplayName: 'Writing is free' }))
    accepted(await call('GET', 'companyinfo/1'))
    refused(await call('GET', 'customer/99'), '610')
    const BatchItemRequest = ['1', '2'].map((bId) => ({ bId, Query: 'select * from Customer' }))
    accepted(await call('POST', 'batch', { BatchItemRequest }))
    assert.equal((await control('GET', 'requests')).corePlus, 3)
    assert.equal((await call('GET', 'companyinfo/1')).status, 429)
    accepted(await call('POST', 'customer', { DisplayName: 'Still free' }))
    sim.switches.blockedStatus = 403
    assert.equal((await call('GET', 'companyinfo/1')).status, 403)
    sim.clock.advanceTo(Date.parse('2026-12-01T00:00:00Z'))
    const { accessToken } = sim.oauth.grant(sim.realmId)
    accepted(await call('GET', 'companyinfo/1', undefined, { authorization: `Bearer ${accessToken}` }))
    sim.switches.readsBlocked = true
    assert.equal((await call('GET', 'companyinfo/1', undefined, { authorization: `Bearer ${accessToken}` })).status, 403)
  }),
  point(18, async ({ open }) => {
    const { call, query, sim } = await open()
    const create = (id: string, DisplayName: string) => call('POST', `customer?requestid=${id}`, { DisplayName })
    const first = accepted(await create('r1', 'Once'))
    sim.clock.advance(5_000)
    assert.equal((await create('r1', 'Once')).text, first.text)
    assert.equal((await query('select * from Customer')).length, 1)
    const fault = await create('r2', 'Once')
    refused(fault, '6240')
    await call('POST', 'customer', { Id: first.body.Customer.Id, SyncToken: '0', sparse: true, DisplayName: 'Freed' })
    assert.equal((await create('r2', 'Once')).text, fault.text)
    accepted(await create('x'.repeat(50), 'Fifty'))
    refused(await create('x'.repeat(51), 'Fifty-one'), '2130')
    const batch = (id: string, bId: string) =>
      call('POST', `batch?requestid=${id}`, { BatchItemRequest: [{ bId, operation: 'create', Customer: { DisplayName: `${id}${bId}` } }] })
    const done = accepted(await batch('y'.repeat(36), '0123456789'))
    assert.equal((await batch('y'.repeat(36), '0123456789')).text, done.text)
    refused(await batch('y'.repeat(37), '1'), '2130')
    refused(await batch('z', '0123456789a'), '2130')
  }),
  point(
    18,
    async ({ open }) => {
      const { call, query, sim } = await open({ switches: { writeMs: 2_000, requestIdLifeMs: 86_400_000 } })
      const create = (DisplayName: string) => call('POST', 'customer?requestid=r', { DisplayName })
      const first = accepted(await create('Slow'))
      sim.clock.advance(1_999)
      refused(await create('Slow'), '600')
      sim.clock.advance(1)
      assert.equal((await create('Slow')).text, first.text)
      sim.switches.requestIdReuse = 'refuse'
      refused(await create('Other'), '600')
      sim.switches.requestIdReuse = 'replay'
      assert.equal((await create('Other')).text, first.text)
      assert.equal((await query('select * from Customer')).length, 1)
      sim.clock.advance(86_400_000)
      const { accessToken } = sim.oauth.grant(sim.realmId)
      refused(await call('POST', 'customer?requestid=r', { DisplayName: 'Slow' }, { authorization: `Bearer ${accessToken}` }), '6240')
    },
    'in flight, other content, retention',
  ),
]
