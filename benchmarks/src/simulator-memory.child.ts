// Prints the bytes of heap that a record of a simulator takes: node --expose-gc simulator-memory.child.ts PLATFORM RECORDS
import { createQuickBooks, createWooCommerce } from '@syncline/simulators'

const [platform, count] = process.argv.slice(2)
const records = Number(count)

async function heap(): Promise<number> {
  // Twice, with a turn of the loop between: what a promise or a finaliser still holds goes with the second.
  for (let round = 0; round < 2; round++) {
    globalThis.gc!()
    await new Promise(setImmediate)
  }
  return process.memoryUsage().heapUsed
}

/** Receipts as a shop writes them: two lines, tax, an address. */
async function receipts(): Promise<() => unknown> {
  const books = createQuickBooks({ limits: false })
  const post = async (path: string, body: object): Promise<string> => {
    const answer = await books.fetch(
      new Request(`https://books.example/v3/company/${books.realmId}/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${books.accessToken}`, accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
    const text = await answer.text()
    if (answer.status !== 200 || text.includes('"Fault"')) throw new Error(`${path} was answered ${answer.status}: ${text.slice(0, 300)}`)
    return text
  }
  const { Customer } = JSON.parse(await post('customer', { DisplayName: 'Buyer' })) as { Customer: { Id: string } }
  const line = (item: string, amount: number, code: string) => ({
    DetailType: 'SalesItemLineDetail',
    Amount: amount,
    SalesItemLineDetail: { ItemRef: { value: item }, TaxCodeRef: { value: code } },
  })
  for (let from = 0; from < records; from += 25) {
    const BatchItemRequest = Array.from({ length: 25 }, (_, index) => ({
      bId: String(index),
      operation: 'create',
      SalesReceipt: {
        CustomerRef: { value: Customer.Id },
        PrivateNote: `order ${from + index}`,
        ShipAddr: { Line1: '1 Road', City: 'Tucson', CountrySubDivisionCode: 'AZ', PostalCode: '85701' },
        Line: [line('1', 10 + index, 'TAX'), line('2', 4.5, 'NON')],
      },
    }))
    await post('batch', { BatchItemRequest })
  }
  return () => books
}

// A first small one: code and tables that every platform needs once are no memory of its records.
createWooCommerce({ seed: 1, orders: 10 })
createQuickBooks({ limits: false })
const before = await heap()
const keep =
  platform === 'quickbooks'
    ? await receipts()
    : (
        (shop) => () =>
          shop
      )(createWooCommerce({ seed: 'bench', orders: records }))
const after = await heap()
process.stdout.write(String((after - before) / records))
keep()
