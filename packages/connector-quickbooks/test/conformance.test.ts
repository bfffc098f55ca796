import { startQuickBooks } from '@syncline/simulators'
import { connectorConformance, type ConnectorHarness, type NewRecord } from '@syncline/testing'
import { quickbooks } from '@syncline/connector-quickbooks'
import { describe, it } from 'vitest'

type Fields = Record<string, unknown>

/** A company for one case. The side door is plain HTTP with a token of its own, at moments when nobody else asks. */
async function open(): Promise<ConnectorHarness> {
  const company = await startQuickBooks({ country: 'CA', running: false })
  const base = `${company.url}/v3/company/${company.realmId}`
  const all = (entity: 'Item' | 'SalesReceipt') => [...company.company.all(entity)].filter(({ deleted }) => !deleted)
  const itemNamed = (name: string) => all('Item').find(({ fields }) => fields.Name === name)!

  async function post(path: string, body: Fields): Promise<Fields> {
    company.clock.advance(10_000)
    const { accessToken } = company.oauth.grant()
    const answer = await fetch(`${base}/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(await answer.text())
    return (await answer.json()) as Fields
  }

  async function createItems(records: NewRecord[]): Promise<string[]> {
    const { IncomeAccountRef, ExpenseAccountRef } = itemNamed('Sales').fields
    const keys: string[] = []
    for (let start = 0; start < records.length; start += 30) {
      const members = records.slice(start, start + 30).map(({ label, text, amount }, index) => ({
        bId: String(index),
        operation: 'create',
        Item: {
          Name: label,
          Type: 'NonInventory',
          Description: text ?? 'Tea',
          UnitPrice: Number(amount ?? '1'),
          IncomeAccountRef,
          ExpenseAccountRef,
        },
      }))
      const { BatchItemResponse: answers } = (await post('batch', { BatchItemRequest: members })) as {
        BatchItemResponse: { bId: string; Item: { Id: string } }[]
      }
      keys.push(...answers.sort((left, right) => Number(left.bId) - Number(right.bId)).map(({ Item }) => Item.Id))
    }
    return keys
  }

  const credentials = {
    accessToken: company.accessToken,
    refreshToken: company.refreshToken,
    accessExpiresAt: company.clock.now() + 3_600_000,
  }
  return {
    config: { realmId: company.realmId, environment: 'sandbox', baseUrl: company.url },
    credentials,
    badCredentials: {
      accessToken: 'an-access-token-nobody-gave',
      refreshToken: 'a-refresh-token-nobody-gave',
      accessExpiresAt: company.clock.now() + 3_600_000,
    },
    now: company.clock.now(),
    clockHeader: 'x-sim-now',
    // Access tokens live for an hour of the company's clock; core would have exchanged them in the meantime.
    advance: (milliseconds) => {
      company.clock.advance(milliseconds)
      credentials.accessToken = company.oauth.grant().accessToken
    },
    refusals: () => company.counters.read().refused,
    readsByPost: ({ url, body = '' }) => url.includes('/query?') || (url.includes('/batch?') && !body.includes('"operation"')),
    read: {
      stream: 'items',
      many: 2_100,
      create: createItems,
      change: async (key) => {
        const { id, syncToken, fields } = company.company.find('Item', key)!
        await post('item', {
          Id: id,
          SyncToken: String(syncToken),
          sparse: true,
          Name: fields.Name,
          Description: `${String(fields.Description)}.`,
        })
      },
      text: (product) => (product as { description: string }).description,
      amount: (product) => (product as { price: string }).price,
      neededField: 'Name',
    },
    write: {
      stream: 'salesReceipts',
      input: ({ label, text, amount }) => receipt(label, itemNamed('Sales').id, text ?? 'Tea', Number(amount ?? '1')),
      refused: (label) => receipt(label, '999999', 'Tea', 1),
      stored: async (label) =>
        all('SalesReceipt')
          .filter(({ fields }) => fields.DocNumber === label)
          .map(({ id, fields }) => ({
            id,
            text: String((fields.Line as { Description?: string }[])[0]!.Description),
            amount: String(fields.TotalAmt),
          })),
    },
    close: () => company.close(),
  }
}

function receipt(label: string, item: string, text: string, amount: number): Fields {
  return {
    DocNumber: label,
    TxnDate: '2026-11-22',
    Line: [
      {
        DetailType: 'SalesItemLineDetail',
        Amount: amount,
        Description: text,
        SalesItemLineDetail: { ItemRef: { value: item }, TaxCodeRef: { value: '7' } },
      },
    ],
    GlobalTaxCalculation: 'TaxExcluded',
  }
}

connectorConformance({ describe, it }, { name: 'quickbooks', connector: quickbooks, open })
