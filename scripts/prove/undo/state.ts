import type { QuickBooks } from '@syncline/simulators'

type Fields = Record<string, unknown>

const documents = ['SalesReceipt', 'Invoice', 'Payment', 'RefundReceipt', 'CreditMemo', 'Deposit', 'JournalEntry'] as const
const names = ['Customer', 'Item'] as const

/** What the company holds, by `Entity/id`, without what every write moves. Deleted documents and inactive names are not there. */
export type State = ReadonlyMap<string, string>

export function stateOf({ company }: QuickBooks): State {
  const state = new Map<string, string>()
  for (const entity of documents)
    for (const { id, fields, deleted } of company.all(entity)) if (!deleted) state.set(`${entity}/${id}`, JSON.stringify(plainly(fields)))
  for (const entity of names)
    for (const { id, fields } of company.all(entity))
      if (fields['Active'] !== false) state.set(`${entity}/${id}`, JSON.stringify(plainly(fields)))
  return state
}

/** Ids of lines and addresses, our mark, the form in which an address is shown, and sums that follow from other records (quickbooks.md 10.1, 10.2). */
function plainly(fields: Fields): unknown {
  const kept = Object.entries(fields).flatMap(([name, value]): [string, unknown][] => {
    if (/^(SyncToken|MetaData|Balance|BalanceWithJobs|LinkedTxn|UnappliedAmt)$/.test(name)) return []
    if (name === 'PrivateNote') return [[name, String(value).replace(/\n?Syncline \w+/, '')]]
    if (name.endsWith('Addr') && name !== 'PrimaryEmailAddr') return [[name, words(value, fields)]]
    if (name === 'Line') return [[name, (value as Fields[]).map(withoutIds)]]
    return [[name, value]]
  })
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function withoutIds({ Id: _, LineNum: __, ...line }: Fields): Fields {
  return line
}

/** The words of an address that are no name of the customer, which QuickBooks puts in front of a changed one. */
function words(address: unknown, { CustomerRef }: Fields): string[] {
  if (typeof address !== 'object' || address === null) return []
  const name = (CustomerRef as { name?: string } | undefined)?.name ?? ''
  const texts = Object.entries(address).flatMap(([part, value]) => (part === 'Id' || typeof value !== 'string' ? [] : value.split(/[ ,]+/)))
  return [...new Set(texts.filter((word) => !name.split(' ').includes(word)))].sort()
}

/** Customers and items that the documents of a state refer to, as `Entity/id`. */
export function referredIn(state: State): Set<string> {
  const referred = new Set<string>()
  for (const [key, text] of state) {
    if (key.startsWith('Customer/') || key.startsWith('Item/')) continue
    for (const [, entity, id] of text.matchAll(/"(Customer|Item)Ref":\{"value":"(\w+)"/g)) referred.add(`${entity}/${id}`)
  }
  return referred
}
