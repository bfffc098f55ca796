import assert from 'node:assert/strict'
import { quickbooks } from '@syncline/connector-quickbooks'
import type { Order } from '@syncline/core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { OrderPolicy } from '../src/accounting/policy.ts'
import { Books, line, order, rate } from './support/books.ts'

const settings = { taxCodes: { hst: 'HST ON', gst: 'GST' }, exemptTaxCode: 'Exempt' }
let next = 9500

/** A gift box of two mugs and a tea, as the shop's plugin shows it: the box has no price of its own. */
function boxes(quantity: number, mug: string, tea: string, tax: string, teaRate = 'hst'): Order {
  const box = line('0', [], { key: `box${next}`, productKey: '90', sku: 'BOX', name: 'Gift box', quantity: String(quantity) })
  const share = { hst: '0', gst: '0', [teaRate]: tax }
  return order({
    key: String(next++),
    lines: [
      box,
      line(mug, [['hst', (Number(mug) * 0.13).toFixed(2)]], {
        productKey: '91',
        name: 'Mug',
        parentKey: box.key,
        quantity: String(2 * quantity),
      }),
      line(tea, [[teaRate, share[teaRate]!]], { productKey: '92', name: 'Tea', parentKey: box.key, quantity: String(quantity) }),
    ],
    taxes: [
      rate('hst', 'HST', '13', teaRate === 'hst' ? (Number(mug) * 0.13 + Number(tax)).toFixed(2) : (Number(mug) * 0.13).toFixed(2)),
      ...(teaRate === 'gst' ? [rate('gst', 'GST', '5', tax)] : []),
    ],
    totals: {
      total: (Number(mug) * 1.13 + Number(tea) + Number(tax)).toFixed(2),
      tax: (Number(mug) * 0.13 + Number(tax)).toFixed(2),
    },
  })
}

describe('ACCOUNTING.md 7: bundles as group items or components by policy', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, settings)
    const income = books.company.accounts.find(({ name }) => name === 'Sales')!.id
    const expense = books.company.accounts.find(({ name }) => name === 'Purchases')!.id
    const item = async (Name: string, UnitPrice: number) => {
      const body = { Name, UnitPrice, Type: 'NonInventory', IncomeAccountRef: { value: income }, ExpenseAccountRef: { value: expense } }
      const answer = await books.client.send({ method: 'POST', path: 'item', body: JSON.stringify(body) }, { kind: 'write' })
      return (JSON.parse(answer.body) as { Item: { Id: string } }).Item.Id
    }
    const [mug, tea] = [await item('Box mug', 10), await item('Box tea', 5)]
    await fetch(`${books.simulator.url}/__sim/ui`, {
      method: 'POST',
      body: JSON.stringify({
        action: 'create',
        entity: 'Item',
        fields: {
          Name: 'Gift box',
          Sku: 'BOX',
          Type: 'Group',
          ItemGroupDetail: {
            ItemGroupLine: [
              { Qty: 2, ItemRef: { value: mug } },
              { Qty: 1, ItemRef: { value: tea } },
            ],
          },
        },
      }),
    })
    const config = quickbooks.config.parse({ realmId: books.simulator.realmId, environment: 'sandbox', baseUrl: books.simulator.url })
    Object.assign(books.company, await quickbooks.settings!({ client: books.client, config }))
  })
  afterAll(() => books.close())
  const policy = (bundles: string) => (books.policy = OrderPolicy.parse({ ...settings, bundles }))
  const post = async (given: Order) => {
    const [sale] = await books.order(given)
    const lines = sale!.record.Line as { DetailType: string; Amount: number; Description?: string }[]
    return { sale: sale!, lines: lines.filter(({ DetailType }) => DetailType !== 'SubTotalLineDetail') }
  }

  it('the company’s group items are known with their components and prices', () => {
    const [bundle] = books.company.bundles!
    assert.deepEqual([bundle!.name, bundle!.sku], ['Gift box', 'BOX'])
    assert.deepEqual(
      bundle!.parts.map(({ quantity, price }) => [quantity, price]),
      [
        ['2', '10'],
        ['1', '5'],
      ],
    )
  })

  it('components (default): every line as the shop shows it', async () => {
    policy('components')
    const { lines, sale } = await post(boxes(1, '20.00', '5.00', '0.65'))
    assert.deepEqual(
      lines.map(({ Amount }) => Amount),
      [0, 20, 5],
    )
    assert.equal(sale.record.TotalAmt, 28.25)
  })

  it('one_line: all of it on the bundle', async () => {
    policy('one_line')
    const { lines, sale } = await post(boxes(1, '20.00', '5.00', '0.65'))
    assert.deepEqual(
      lines.map(({ Amount, Description }) => [Amount, Description]),
      [[25, 'Gift box']],
    )
    assert.equal(sale.record.TotalAmt, 28.25)
  })

  for (const kind of ['components', 'one_line', 'group']) {
    it(`${kind}: what QuickBooks answers is no person's edit; another amount inside is`, async () => {
      policy(kind)
      const { sale } = await post(boxes(1, '20.00', '5.00', '0.65'))
      const { compare } = quickbooks.streams.salesReceipts.edits!
      const fields = (record: object) => compare(sale.document.input, record as never).map(({ field }) => field)
      assert.deepEqual(fields(sale.record), [])
      assert.deepEqual(fields({ ...sale.record, TotalAmt: 30, ...(kind !== 'group' && { Line: [] }) }), ['Line'])
      assert.deepEqual(fields({ ...sale.record, PrivateNote: 'Mine' }), ['PrivateNote'])
    })
  }

  it('group: the group item, which QuickBooks takes apart to the same amounts', async () => {
    policy('group')
    const { lines, sale } = await post(boxes(2, '40.00', '10.00', '1.30'))
    assert.deepEqual(
      lines.map(({ DetailType }) => DetailType),
      ['GroupLineDetail'],
    )
    assert.equal(sale.record.TotalAmt, 56.5)
    assert.deepEqual(sale.document.remarks, [])
    const again = quickbooks.streams.salesReceipts.edits!.compare(sale.document.input, sale.record as never)
    assert.deepEqual(
      again.filter(({ field }) => field === 'Line'),
      [],
    )
  })

  it('group: where QuickBooks would make another amount, or there is no such item, the components, and it is said', async () => {
    policy('group')
    const cheaper = await post(boxes(1, '18.00', '5.00', '0.65'))
    assert.deepEqual(
      cheaper.lines.map(({ Amount }) => Amount),
      [0, 18, 5],
    )
    assert.match(cheaper.sale.document.remarks![0]!, /would make another amount of "Gift box"/)
    books.company.bundles = []
    const unknown = await post(boxes(1, '20.00', '5.00', '0.65'))
    assert.match(unknown.sale.document.remarks![0]!, /has no group item/)
    assert.equal(unknown.sale.record.TotalAmt, 28.25)
  })

  it('components that are taxed differently stay lines of their own', async () => {
    policy('one_line')
    const { lines, sale } = await post(boxes(1, '20.00', '5.00', '0.25', 'gst'))
    assert.deepEqual(
      lines.map(({ Amount }) => Amount),
      [0, 20, 5],
    )
    assert.match(sale.document.remarks![0]!, /taxed differently/)
  })
})
