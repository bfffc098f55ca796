import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { Office, type Fields } from './office.ts'

describe('ACCOUNTING.md 7 and 9: items and numbers', () => {
  let office: Office
  beforeEach(async () => {
    office = await Office.open()
  })
  afterEach(() => office.close())

  const made = async (entity: string, fields: Fields) =>
    (await office.bookkeeper<Record<string, { Id: string }>>({ action: 'create', entity, fields }))[entity]!.Id
  const income = () => ({
    IncomeAccountRef: { value: office.accountNamed('Sales') },
    ExpenseAccountRef: { value: office.accountNamed('Sales') },
  })
  const items = () => [...office.books.company.all('Item')].map(({ fields }) => String(fields['Name']))
  const itemOf = async () => (await office.document('SalesReceipt')).lines.find(({ itemId }) => itemId !== undefined)?.itemId

  it('match SKU, then name', async () => {
    const bySku = await made('Item', { Name: 'Cup', Sku: 'MUG', Type: 'NonInventory', ...income() })
    await made('Item', { Name: 'Mug', Sku: 'OTHER', Type: 'NonInventory', ...income() })
    await office.order()
    await office.sync()
    assert.equal(await itemOf(), bySku)
  })

  it('duplicates of a SKU → block with list', async () => {
    const twice = [
      await made('Item', { Name: 'Cup', Sku: 'MUG', Type: 'NonInventory', ...income() }),
      await made('Item', { Name: 'Beaker', Sku: 'MUG', Type: 'NonInventory', ...income() }),
    ]
    await office.order()
    await office.sync()
    assert.deepEqual(await office.held(), [])
    const failure = (await office.parked()).find(({ entity }) => entity === 'product')
    assert.equal(failure?.error.code, 'reference_ambiguous')
    assert.deepEqual((failure.error.details as { candidates: string[] }).candidates.sort(), twice.sort())
  })

  it('one item per variation (no parent item posting)', async () => {
    const { id } = await office.shop<{ id: number }>('POST', 'products', {
      name: 'Shirt',
      type: 'variable',
      attributes: [{ name: 'Size', options: ['S', 'L'], variation: true }],
    })
    for (const option of ['S', 'L'])
      await office.shop('POST', `products/${id}/variations`, {
        regular_price: '9.00',
        sku: `SHIRT-${option}`,
        attributes: [{ name: 'Size', option }],
      })
    await office.sync()
    assert.deepEqual(
      items()
        .filter((name) => name.startsWith('Shirt'))
        .sort(),
      ['Shirt - L', 'Shirt - S'],
    )
  })

  const inactivated = async () => {
    await office.sync()
    const item = (await office.itemNamed('Mug'))!
    await office.bookkeeper({ action: 'edit', entity: 'Item', id: item, fields: { Name: 'Mug', Active: false } })
    await office.reconnectBooks()
    return item
  }
  const isActive = (id: string) => office.books.company.find('Item', id)?.fields['Active'] !== false

  it('Inactive item → reactivate: made active again before the sale, under its name, once', async () => {
    const item = await inactivated()
    await office.order()
    await office.sync()
    assert.deepEqual(await office.parked(), [])
    assert.deepEqual(await office.held(), ['SalesReceipt 22.60'])
    assert.deepEqual([await itemOf(), isActive(item), await office.itemNamed('Mug')], [item, true, item])
    const writes = () => office.sent.filter(({ method, url }) => method === 'POST' && /\/item\b/.test(url)).length
    const before = writes()
    await office.order()
    await office.sync()
    assert.deepEqual([await office.held(), writes() - before], [['SalesReceipt 22.60', 'SalesReceipt 22.60'], 0])
  })

  it('Inactive item that no document needs: stays as the bookkeeper left it', async () => {
    const item = await inactivated()
    await office.shop('PUT', `products/${office.product}`, { regular_price: '21.00' })
    await office.sync()
    assert.equal(isActive(item), false)
  })

  it('Inactive item, not known yet: the sale is refused, and goes with the retry', async () => {
    await office.sync()
    const item = (await office.itemNamed('Mug'))!
    await office.bookkeeper({ action: 'edit', entity: 'Item', id: item, fields: { Name: 'Mug', Active: false } })
    await office.order()
    await office.sync()
    assert.deepEqual(
      (await office.parked()).map(({ error }) => error.code),
      ['reference_missing'],
    )
    await office.acme.failures.retry('all')
    assert.deepEqual([await office.parked(), await office.held(), isActive(item)], [[], ['SalesReceipt 22.60'], true])
  })

  it('Inactive item, policy park: put aside before anything is sent, and goes once the item is active again', async () => {
    await office.install({ items: { inactive: 'park' } })
    const item = await inactivated()
    await office.order()
    await office.sync()
    assert.deepEqual(await office.held(), [])
    const [failure] = await office.parked()
    assert.ok(failure?.error.code === 'reference_missing' && failure.error.message.includes('inactive'), JSON.stringify(failure?.error))
    assert.ok(!office.sent.some(({ method, url }) => method === 'POST' && url.includes('/salesreceipt')))
    await office.bookkeeper({ action: 'edit', entity: 'Item', id: item, fields: { Name: 'Mug', Active: true } })
    await office.acme.failures.retry('all')
    assert.deepEqual(await office.held(), ['SalesReceipt 22.60'])
  })

  it('Inactive item → fallback item + flag', async () => {
    const other = await made('Item', { Name: 'Sundries', Type: 'Service', ...income() })
    await office.install({ items: { inactive: 'fallback', fallback: 'Sundries' } })
    const item = await inactivated()
    await office.order()
    await office.sync()
    assert.deepEqual([await office.parked(), await office.held()], [[], ['SalesReceipt 22.60']])
    assert.deepEqual([await itemOf(), isActive(item)], [other, false])
  })

  it('on 6140 the holder is another one: nothing is posted beside it, and a prefix solves it', async () => {
    const customer = await made('Customer', { DisplayName: 'Somebody' })
    const item = await made('Item', { Name: 'By hand', Type: 'Service', ...income() })
    const exempt = [...office.books.company.all('TaxCode')].find(({ fields }) => fields['Name'] === 'Exempt')!.id
    const { id } = await office.order()
    await made('SalesReceipt', {
      DocNumber: String(id),
      CustomerRef: { value: customer },
      Line: [
        { DetailType: 'SalesItemLineDetail', Amount: 5, SalesItemLineDetail: { ItemRef: { value: item }, TaxCodeRef: { value: exempt } } },
      ],
    })
    await office.sync()
    assert.deepEqual(await office.held(), ['SalesReceipt 5.00'])
    assert.deepEqual(
      (await office.parked()).map(({ error }) => error.code),
      ['duplicate_record'],
    )
    await office.install({ numbers: 'prefix', numberPrefix: 'W-' })
    await office.acme.failures.retry('all')
    const numbers = (await office.ledger()).map(({ docNumber }) => docNumber)
    assert.deepEqual(numbers, [String(id), `W-${id}`])
  })
})
