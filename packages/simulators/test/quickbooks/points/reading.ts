import assert from 'node:assert/strict'
import { line, type Body, type Client } from '../client.ts'
import { accepted, buyer, detail, point, refused } from './harness.ts'

const DAY = 86_400_000

async function ask(client: Client, statement: string): Promise<Body> {
  return accepted(await client.call('GET', `query?query=${encodeURIComponent(statement)}`)).body.QueryResponse
}

const names = async (client: Client, statement: string) =>
  Object.values(await ask(client, statement))
    .flatMap((value) => (Array.isArray(value) ? value : []))
    .map((row: Body) => row.DisplayName ?? row.DocNumber ?? row.Name)

/** A batch is one request for many rows. */
async function customers(client: Client, displayNames: string[]): Promise<void> {
  for (let from = 0; from < displayNames.length; from += 30) {
    const BatchItemRequest = displayNames
      .slice(from, from + 30)
      .map((DisplayName, index) => ({ bId: String(index), operation: 'create', Customer: { DisplayName } }))
    accepted(await client.call('POST', 'batch', { BatchItemRequest }))
  }
}

async function invoices(client: Client, count: number): Promise<Body[]> {
  const CustomerRef = await buyer(client)
  const made: Body[] = []
  for (let index = 1; index <= count; index++) {
    client.sim.clock.advance(1000)
    const Line = [line('1', index * 10, { TaxCodeRef: { value: 'NON' } })]
    made.push(
      await client.create('Invoice', { DocNumber: `N-${index}`, TxnDate: `2026-01-${String(index).padStart(2, '0')}`, CustomerRef, Line }),
    )
  }
  return made
}

export const reading = [
  point(19, async ({ open }) => {
    const client = await open()
    await customers(client, ["Amy's Bird Sanctuary", 'back\\slash', 'zoe', 'Bill 100%'])
    await invoices(client, 4)
    assert.deepEqual(await names(client, "SELECT * FROM Customer WHERE DisplayName = 'Amy\\'s Bird Sanctuary'"), ["Amy's Bird Sanctuary"])
    assert.deepEqual(await names(client, "select * from customer where displayname = 'BACK\\\\SLASH'"), ['back\\slash'])
    assert.deepEqual(await names(client, "select * from Customer where DisplayName in ('ZOE', 'nobody')"), ['zoe'])
    assert.deepEqual(await names(client, "select * from Customer where DisplayName like '%100%'"), ['Bill 100%'])
    assert.deepEqual(
      await names(
        client,
        "select * from Invoice where TxnDate >= '2026-01-02' and TotalAmt < '40' orderby TotalAmt desc maxresults 1 startposition 2",
      ),
      ['N-2'],
    )
    const refusals: [statement: string, code: string, text: RegExp][] = [
      ["select * from Invoice where DocNumber = 'a' or DocNumber = 'b'", '4000', /Encountered "or"/],
      ["select * from Invoice where DocNumber != 'a'", '4000', /Encountered "!="/],
      ['select * from Custmoer', '4001', /invalid context declaration: Custmoer/],
      ['select * from Invoice startposition 0', '4001', /value 0 is too small\. Min allowed value is 1/],
    ]
    for (const [statement, code, text] of refusals) {
      const answer = await client.call('POST', 'query', statement, { 'content-type': 'application/text' })
      refused(answer, code)
      assert.match(detail(answer), text)
    }
  }),
  point(20, async ({ open }) => {
    const client = await open()
    await customers(
      client,
      Array.from({ length: 120 }, (_, index) => `C ${String(index).padStart(3, '0')}`),
    )
    await invoices(client, 3)
    const first = await ask(client, 'select * from Customer')
    assert.deepEqual([first.startPosition, first.maxResults, first.Customer.length, first.totalCount], [1, 100, 100, undefined])
    const last = await ask(client, 'select * from Customer startposition 101 maxresults 1000')
    assert.deepEqual([last.startPosition, last.maxResults, last.Customer[0].DisplayName], [101, 20 + 1, 'C 099'])
    assert.deepEqual(await ask(client, 'select * from Customer startposition 500'), {})
    const page = await ask(client, 'select * from Invoice startposition 3 maxresults 5')
    assert.deepEqual([page.maxResults, page.totalCount], [1, 3])
    assert.deepEqual(await ask(client, 'select count(*) from Customer'), { totalCount: 121 })
    refused(await client.call('GET', 'query?query=select%20*%20from%20Customer%20maxresults%201001'), '4001')
    client.sim.switches.pageAbove1000 = 'cap'
    assert.equal((await ask(client, 'select * from Customer maxresults 1001')).maxResults, 121)
  }),
  point(21, async ({ open }) => {
    const client = await open()
    const leaver = await client.create('Customer', { DisplayName: 'Leaver' })
    await client.create('Customer', { DisplayName: 'Stayer' })
    accepted(await client.call('POST', 'customer', { Id: leaver.Id, SyncToken: '0', sparse: true, Active: false }))
    assert.deepEqual(await names(client, 'select * from Customer'), ['Stayer'])
    assert.equal((await names(client, 'select * from Customer where Active in (true, false)')).length, 2)
    assert.deepEqual(await names(client, 'select * from Customer where Active = false'), ['Leaver (deleted)'])
    const asked = async (statement: string) => client.call('GET', `query?query=${encodeURIComponent(statement)}`)
    const hidden = await asked("select * from Invoice where PrivateNote = 'x'")
    refused(hidden, '4001')
    assert.match(detail(hidden), /property 'PrivateNote' is not queryable/)
    const unknown = await asked("select * from Invoice where Colour = 'x'")
    refused(unknown, '4001')
    assert.match(detail(unknown), /Property Colour not found for Entity Invoice/)
    refused(await asked("select * from Customer where Id > '1'"), '4001')
    refused(await asked('select * from Customer orderby Id'), '4001')
    assert.deepEqual(await names(client, `select * from Customer where Id in ('${leaver.Id}', '2') and Active = false`), [
      'Leaver (deleted)',
    ])
  }),
  point(22, async ({ open }) => {
    const client = await open()
    await customers(client, ['zoe', 'Adam', 'mid'])
    const made = await invoices(client, 3)
    client.sim.clock.advance(1000)
    accepted(await client.call('POST', 'invoice', { Id: made[1].Id, SyncToken: '0', sparse: true, PrivateNote: 'touched' }))
    assert.deepEqual(await names(client, 'select * from Customer'), ['Adam', 'Buyer', 'mid', 'zoe'])
    assert.deepEqual(await names(client, 'select * from Invoice'), ['N-2', 'N-3', 'N-1'])
    const items = await names(client, 'select * from Item')
    assert.deepEqual(items, [...items].sort())
  }),
  point(23, async ({ open }) => {
    const client = await open()
    const { sim, call } = client
    await customers(client, ['Before'])
    sim.clock.advance(60_000)
    const since = new Date(sim.clock.now()).toISOString()
    const made = await invoices(client, 3)
    accepted(await call('POST', 'invoice?operation=delete', { Id: made[0].Id, SyncToken: '0' }))
    const cdc = (entities: string, from = since) => call('GET', `cdc?entities=${entities}&changedSince=${encodeURIComponent(from)}`)
    const changes = accepted(await cdc('invoice,Payment,Customer')).body.CDCResponse[0].QueryResponse
    assert.deepEqual(
      changes[0].Invoice.map((row: Body) => [row.Id, row.status]),
      [
        [made[1].Id, undefined],
        [made[2].Id, undefined],
        [made[0].Id, 'Deleted'],
      ],
    )
    assert.deepEqual(Object.keys(changes[0].Invoice[2]).sort(), ['Id', 'MetaData', 'domain', 'status'])
    assert.deepEqual([changes[0].maxResults, changes[0].totalCount, changes[1]], [3, 3, {}])
    assert.deepEqual(
      changes[2].Customer.map((row: Body) => row.DisplayName),
      ['Buyer'],
    )
    for (const excluded of ['TaxCode', 'TaxRate', 'TaxAgency']) refused(await cdc(excluded), '4001')
    await customers(
      client,
      Array.from({ length: 1001 }, (_, index) => `C ${index}`),
    )
    const cut = accepted(await cdc('Customer,Invoice')).body.CDCResponse[0].QueryResponse
    assert.deepEqual([cut[0].Customer.length, cut[0].maxResults, cut[1]], [1000, 1000, {}])
  }),
  point(
    23,
    async ({ open }) => {
      const client = await open()
      await customers(client, ['Old'])
      client.sim.clock.advance(31 * DAY)
      const { accessToken } = client.sim.oauth.grant(client.sim.realmId)
      const cdc = async (entities = 'Customer') =>
        client.call('GET', `cdc?entities=${entities}&changedSince=2020-01-01`, undefined, { authorization: `Bearer ${accessToken}` })
      assert.deepEqual((await cdc()).body.CDCResponse[0].QueryResponse, [{}])
      client.sim.switches.oldCdc = 'refuse'
      assert.equal((await cdc()).status, 400)
      client.sim.switches.oldCdc = 'all'
      assert.equal((await cdc()).body.CDCResponse[0].QueryResponse[0].Customer.length, 1)
      refused(await cdc('TaxCode'), '4001')
    },
    'older than 30 days',
  ),
  point(24, async ({ open }) => {
    const client = await open()
    const since = new Date(client.sim.clock.now()).toISOString()
    const made = await invoices(client, 2)
    accepted(await client.call('POST', 'invoice?operation=delete', { Id: made[0].Id, SyncToken: '0' }))
    assert.deepEqual(await names(client, 'select * from Invoice'), ['N-2'])
    const gone = await client.call('GET', `invoice/${made[0].Id}`)
    refused(gone, '610')
    assert.match(detail(gone), /Another user has deleted this transaction/)
    refused(await client.call('POST', 'invoice', { Id: made[0].Id, SyncToken: '1', sparse: true, PrivateNote: 'x' }), '610')
    const stubs = async (token = client.sim.accessToken) => {
      const path = `cdc?entities=Invoice&changedSince=${encodeURIComponent(since)}`
      const answer = accepted(await client.call('GET', path, undefined, { authorization: `Bearer ${token}` }))
      return (answer.body.CDCResponse[0].QueryResponse[0].Invoice ?? []).filter((row: Body) => row.status === 'Deleted').length
    }
    assert.equal(await stubs(), 1)
    client.sim.clock.advance(29 * DAY)
    assert.equal(await stubs(client.sim.oauth.grant(client.sim.realmId).accessToken), 1)
    client.sim.clock.advance(2 * DAY)
    assert.equal(await stubs(client.sim.oauth.grant(client.sim.realmId).accessToken), 0)
  }),
]
