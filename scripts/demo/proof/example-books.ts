import type { Books, BooksDocument } from './books-ledger.ts'

type Line = [item: string, amount: string, code?: string, quantity?: number]
type Rate = [id: string, name: string, percent: number, net: string, amount: string]

const items: Record<string, { name: string; sku?: string; type: string; account: string }> = {
  1: { name: 'Shipping', type: 'Service', account: '52' },
  2: { name: 'Fee', type: 'Service', account: '53' },
  3: { name: 'Gift card', type: 'Service', account: '21' },
  4: { name: 'Refund adjustment', type: 'Service', account: '54' },
  7: { name: 'Mug', sku: 'SKU-1', type: 'NonInventory', account: '51' },
  8: { name: 'Atlas (book)', sku: 'SKU-2', type: 'NonInventory', account: '51' },
}

const accounts: Record<string, string> = {
  10: 'Stripe clearing',
  11: 'Cash on delivery clearing',
  12: 'Accounts Receivable (A/R)',
  21: 'Gift cards',
  51: 'Sales',
  52: 'Shipping income',
  53: 'Fee income',
  54: 'Refunds and allowances',
  60: 'Canada Revenue Agency Payable',
}

const customers = [
  { Id: '70', DisplayName: 'Zoë Roy', PrimaryEmailAddr: { Address: 'zoe@mail.example' } },
  { Id: '71', DisplayName: 'Zoë Roy (Guest)', PrimaryEmailAddr: { Address: 'guest@mail.example' } },
]

interface Form {
  id: string
  entity: string
  number?: string
  customer: string
  total: string
  lines?: Line[]
  rates?: Rate[]
  /** Account on the other side. */
  money: string
  balance?: string
  links?: BooksDocument['links']
}

/** Cents of a text with two places. */
const cents = (text: string) => Number(text.replace('.', ''))
const text = (units: number) =>
  `${units < 0 ? '-' : ''}${Math.floor(Math.abs(units) / 100)}.${String(Math.abs(units) % 100).padStart(2, '0')}`

function form({ id, entity, number, customer, total, lines = [], rates = [], money, balance, links = [] }: Form): BooksDocument {
  const back = entity === 'RefundReceipt' || entity === 'CreditMemo'
  const signed = (amount: string, debit: boolean) => text(debit === back ? -cents(amount) : cents(amount))
  const receipt = entity !== 'Invoice' && entity !== 'CreditMemo'
  const move = (accountId: string, amount: string, role: string, more: object = {}) => ({
    accountId,
    account: accounts[accountId]!,
    amount,
    role,
    lineId: undefined,
    rateId: undefined,
    customerId: undefined,
    ...more,
  })
  return {
    type: 'document',
    entity,
    id,
    docNumber: number,
    txnDate: '2026-11-20',
    customerId: customer,
    customerName: undefined,
    privateNote: undefined,
    currency: 'CAD',
    syncToken: '0',
    state: 'live',
    total,
    balance,
    tax: {
      total: text(rates.reduce((sum, [, , , , amount]) => sum + cents(amount), 0)),
      rates: rates.map(([rateId, rateName, percent, net, amount]) => ({ rateId, rateName, percent, net, amount })),
    },
    lines: lines.map(([item, amount, code = '6', quantity], index) => ({
      id: String(index + 1),
      kind: 'SalesItemLineDetail',
      itemId: item,
      itemName: items[item]!.name,
      description: undefined,
      amount,
      quantity,
      taxCode: code,
    })),
    links,
    depositToAccountId: receipt ? money : undefined,
    movements: [
      ...lines.map(([item, amount], index) => move(items[item]!.account, signed(amount, false), 'line', { lineId: String(index + 1) })),
      ...rates.map(([rateId, , , , amount]) => move('60', signed(amount, false), 'tax', { rateId })),
      move(money, signed(total, true), 'total'),
    ],
  }
}

const qc = (net: string, gst: string, qst: string): Rate[] => [
  ['31', 'GST', 5, net, gst],
  ['32', 'QST', 9.975, net, qst],
]

/** What the books must hold for the example shop, written by hand from ACCOUNTING.md. */
export function exampleBooks(): Books {
  return {
    company: { country: 'CA', currency: 'CAD', tax: 'global' },
    accounts: Object.entries(accounts).map(([id, name]) => ({ id, name, accountType: 'any' })),
    customers: structuredClone(customers),
    items: Object.entries(items).map(([Id, { name, sku, type, account }]) => ({
      Id,
      Name: name,
      ...(sku && { Sku: sku }),
      Type: type,
      IncomeAccountRef: { value: account },
    })),
    documents: [
      form({
        id: '100',
        entity: 'SalesReceipt',
        number: '10',
        customer: '70',
        total: '34.50',
        lines: [
          ['7', '20.00', '4', 2],
          ['1', '10.00', '4'],
        ],
        rates: qc('30.00', '1.50', '3.00'),
        money: '10',
      }),
      form({
        id: '101',
        entity: 'RefundReceipt',
        number: '10-R20',
        customer: '70',
        total: '11.50',
        lines: [['7', '10.00', '4', 1]],
        rates: qc('10.00', '0.50', '1.00'),
        money: '10',
      }),
      form({
        id: '102',
        entity: 'Invoice',
        number: '11',
        customer: '70',
        total: '15.00',
        lines: [['8', '15.00']],
        money: '12',
        balance: '15.00',
      }),
      form({
        id: '103',
        entity: 'Invoice',
        number: '12',
        customer: '71',
        total: '11.30',
        lines: [['7', '10.00', '5', 1]],
        rates: [['33', 'HST ON', 13, '10.00', '1.30']],
        money: '12',
        balance: '0.00',
      }),
      form({
        id: '104',
        entity: 'Payment',
        customer: '71',
        total: '11.30',
        money: '11',
        links: [{ id: '103', type: 'Invoice', amount: '11.30' }],
      }),
      form({
        id: '105',
        entity: 'Invoice',
        number: '14',
        customer: '71',
        total: '15.00',
        lines: [['8', '15.00']],
        money: '12',
        balance: '10.00',
      }),
      form({
        id: '106',
        entity: 'CreditMemo',
        number: '14-R24',
        customer: '71',
        total: '5.00',
        lines: [['4', '5.00']],
        money: '12',
        balance: '0.00',
      }),
      form({
        id: '107',
        entity: 'Payment',
        customer: '71',
        total: '0.00',
        money: '11',
        links: [
          { id: '105', type: 'Invoice', amount: '5.00' },
          { id: '106', type: 'CreditMemo', amount: '5.00' },
        ],
      }),
      form({
        id: '108',
        entity: 'SalesReceipt',
        number: '15',
        customer: '70',
        total: '12.50',
        lines: [
          ['8', '15.00'],
          ['3', '-2.50'],
        ],
        money: '10',
      }),
      form({ id: '109', entity: 'RefundReceipt', number: '15-R25', customer: '70', total: '1.25', lines: [['4', '1.25']], money: '10' }),
    ],
  }
}
