import assert from 'node:assert/strict'
import { line } from '../client.ts'
import { accepted, buyer, detail, point, refused } from './harness.ts'

export const transport = [
  point(1, async ({ open }) => {
    const { call, sim } = await open()
    for (const path of ['Customer/1', 'nonsense', 'customer/1/5']) {
      const answer = await call('GET', path)
      assert.equal(answer.status, 400)
      refused(answer, '500')
      assert.equal(answer.body.Fault.Error[0].Message, 'Unsupported Operation')
      assert.ok(detail(answer).includes(`/v3/company/${sim.realmId}/${path}`))
    }
    refused(await call('POST', 'customer?operation=explode', { Id: '1', SyncToken: '0' }), '500')
    accepted(await call('GET', `companyinfo/${sim.realmId}`))
  }),
  point(2, async ({ open }) => {
    const client = await open({ companies: [{ country: 'CA' }] })
    const { call, sim } = client
    const other = sim.companies[1]!
    for (const [authorization, expected] of [
      ['', '3202'],
      ['Bearer nobody', '3200'],
    ] as const) {
      const answer = await call('GET', 'companyinfo/1', undefined, { authorization })
      assert.deepEqual([answer.status, answer.body?.fault?.error[0].code], [401, expected])
      assert.match(String(answer.headers.get('www-authenticate')), /invalid_token/)
      assert.deepEqual([answer.body.batchItemResponse, answer.body.warnings, typeof answer.body.time], [[], null, 'number'])
    }
    const foreign = await call('GET', 'companyinfo/1', undefined, { authorization: `Bearer ${other.accessToken}` })
    assert.equal(foreign.status, 403)
    refused(foreign, '3100')
    sim.switches.otherRealm = 401
    assert.equal((await call('GET', 'companyinfo/1', undefined, { authorization: `Bearer ${other.accessToken}` })).status, 401)
    sim.switches.userLostAccess = true
    refused(await call('GET', 'companyinfo/1'), '120')
    sim.switches.userLostAccess = false
    sim.clock.advance(3_600_000)
    refused(await call('GET', 'companyinfo/1'), '3200')
  }),
  point(3, async ({ open }) => {
    const { call } = await open()
    const answers = [
      await call('GET', 'companyinfo/1'),
      await call('GET', 'companyinfo/1'),
      await call('GET', 'nonsense'),
      await call('GET', 'companyinfo/1', undefined, { authorization: '' }),
    ]
    const tids = answers.map((answer) => answer.headers.get('intuit_tid'))
    assert.ok(!tids.includes(null))
    assert.equal(new Set(tids).size, 4)
    assert.match(String(answers[0]!.headers.get('qbo-version')), /^\d+\.\d+$/)
    assert.equal(answers[2]!.headers.get('qbo-version'), null)
  }),
  point(4, async ({ open }) => {
    const { call } = await open({ switches: { throttleXml: true, readsBlocked: true } })
    const loud = await call('POST', 'customer', { DisplayName: 'x' }, { accept: 'application/xml' })
    assert.equal(loud.status, 406)
    assert.match(loud.text, /^<\?xml.*Accept: application\/json/s)
    const xml = await call('GET', 'companyinfo/1')
    assert.equal(xml.status, 429)
    assert.match(xml.text, /<Error code="3001">/)
    assert.equal(xml.headers.get('content-type'), 'application/xml')
  }),
  point(5, async ({ open }) => {
    const { call } = await open({ start: '2026-07-01T12:00:00.250Z', country: 'AU' })
    const made = await call('POST', 'customer', { DisplayName: 'New' })
    assert.equal(made.status, 200)
    assert.deepEqual(Object.keys(made.body), ['Customer', 'time'])
    assert.equal(made.body.time, '2026-07-01T05:00:00.250-07:00')
    assert.deepEqual(made.body.Customer.MetaData, {
      CreateTime: '2026-07-01T05:00:00-07:00',
      LastUpdatedTime: '2026-07-01T05:00:00-07:00',
    })
  }),
  point(6, async ({ open }) => {
    const client = await open()
    const CustomerRef = await buyer(client)
    const invoice = await client.create('Invoice', { CustomerRef, Line: [line('1', 5)] })
    assert.deepEqual([invoice.domain, invoice.sparse, invoice.LinkedTxn, invoice.CustomField], ['QBO', false, [], []])
    assert.deepEqual(invoice.Line[0].CustomExtensions, [])
    assert.ok(!('PrivateNote' in invoice))
    assert.ok(!Object.values(invoice).includes(null))
    const payment = await client.create('Payment', { CustomerRef, TotalAmt: 1 })
    assert.deepEqual(payment.Line, [])
    const again = await client.call('POST', 'customer', { Id: CustomerRef.value, SyncToken: '0', sparse: true, Notes: 'x' })
    assert.equal(again.body.Customer.sparse, false)
  }),
  point(7, async ({ open }) => {
    const client = await open()
    const CustomerRef = await buyer(client)
    const { Id } = await client.create('Invoice', { CustomerRef, Line: [line('1', 5)] })
    const versions = ['', '?minorversion=75', '?minorversion=8', '?minorversion=73', '?minorversion=76']
    const answers: string[] = []
    for (const version of versions) answers.push(JSON.stringify(accepted(await client.call('GET', `invoice/${Id}${version}`)).body.Invoice))
    assert.deepEqual(
      answers,
      versions.map(() => answers[1]),
    )
    assert.match(answers[0]!, /"ShipFromAddr"/)
    client.sim.switches.newerMinorVersion = 'refuse'
    assert.equal((await client.call('GET', `invoice/${Id}?minorversion=76`)).status, 400)
  }),
  point(8, async ({ open }) => {
    const { call } = await open()
    refused(await call('POST', 'customer', '{"DisplayName":'), '2010')
    const unknown = await call('POST', 'customer', { DisplayName: 'x', Colour: 'red' })
    refused(unknown, '2010')
    assert.match(detail(unknown), /Unrecognized field "Colour".*known properties: .*"DisplayName"/s)
    refused(await call('POST', 'customer', { DisplayName: 'x', BillAddr: { Planet: 'Mars' } }), '2010')
  }),
  point(9, async ({ open }) => {
    const { call, control, query } = await open()
    const script = (...rules: object[]) => control('POST', 'faults', rules)
    await script({ url: '/companyinfo', kind: 'delay', milliseconds: 30 })
    const before = performance.now()
    accepted(await call('GET', 'companyinfo/1'))
    assert.ok(performance.now() - before >= 25)
    await script(
      { kind: 'throttled' },
      { kind: 'throttled', xml: true, retryAfter: 7 },
      { kind: 'system-failure' },
      { kind: 'unavailable' },
    )
    const json = await call('GET', 'companyinfo/1')
    assert.deepEqual([json.status, json.body?.fault?.error[0].code, json.headers.get('retry-after')], [429, '3001', null])
    const xml = await call('GET', 'companyinfo/1')
    assert.deepEqual([xml.status, xml.text.includes('<Error code="3001">'), xml.headers.get('retry-after')], [429, true, '7'])
    const failure = await call('GET', 'companyinfo/1')
    assert.deepEqual([failure.status, failure.body?.Fault?.Error[0].code, failure.body?.Fault?.type], [500, '10000', 'SystemFault'])
    assert.equal((await call('GET', 'companyinfo/1')).status, 503)
    await script({ method: 'POST', url: '/customer', kind: 'drop-before' }, { method: 'POST', url: '/customer', kind: 'drop-after' })
    await assert.rejects(call('POST', 'customer', { DisplayName: 'Never' }))
    await assert.rejects(call('POST', 'customer', { DisplayName: 'Kept' }))
    assert.deepEqual(
      (await query('select * from Customer')).map((row) => row.DisplayName),
      ['Kept'],
    )
    await script({ method: 'POST', kind: 'system-failure', after: true })
    assert.equal((await call('POST', 'customer', { DisplayName: 'Kept too' })).status, 500)
    assert.equal((await query('select * from Customer')).length, 2)
  }),
]
