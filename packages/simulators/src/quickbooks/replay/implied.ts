import type { Company } from '../company.ts'
import { money, toCents } from '../decimal.ts'
import type { EntityName } from '../entities/names.ts'
import { transactionNames } from '../entities/names.ts'
import { importObject } from '../import-object.ts'
import { fieldsOf, isFields, listOf, refId, textOf, type Fields } from '../values.ts'

/** Which kind of account a reference implies. */
const accountKinds: Record<string, Fields> = {
  DepositToAccountRef: { AccountType: 'Bank', AccountSubType: 'Checking' },
  IncomeAccountRef: { AccountType: 'Income', AccountSubType: 'SalesOfProductIncome' },
  ItemAccountRef: { AccountType: 'Income', AccountSubType: 'SalesOfProductIncome' },
  DiscountAccountRef: { AccountType: 'Income', AccountSubType: 'DiscountsRefundsGiven' },
  ExpenseAccountRef: { AccountType: 'Cost of Goods Sold', AccountSubType: 'SuppliesMaterialsCogs' },
  AssetAccountRef: { AccountType: 'Other Current Asset', AccountSubType: 'Inventory' },
  AccountRef: { AccountType: 'Expense', AccountSubType: 'OtherMiscellaneousServiceCost' },
}

const lists: Record<string, EntityName> = {
  CustomerRef: 'Customer',
  ItemRef: 'Item',
  SalesTermRef: 'Term',
  PaymentMethodRef: 'PaymentMethod',
  ClassRef: 'Class',
  DepartmentRef: 'Department',
}

/**
 * Creates what the objects of an exchange refer to: customers, items, accounts, terms, methods, with the ids and names
 * that the exchange shows. Never the totals or balances of the objects themselves.
 */
export function implyReferences(company: Company, ...sources: unknown[]): void {
  const names = new Map<string, string>()
  for (const source of sources) collectNames(source, names)
  const found: { name: string; value: Fields; holder: Fields; depth: number }[] = []
  for (const source of sources) {
    walk(source, (name, value, holder) =>
      found.push({ name, value, holder, depth: (names.get(`${kindOf(name)} ${refId(value)}`) ?? '').split(':').length }),
    )
  }
  // Accounts before the items that name them, and rows that may be parents before their children.
  for (const { name, value, holder } of found.sort((left, right) => rank(left.name) - rank(right.name) || left.depth - right.depth))
    imply(company, name, value, holder, names)
}

const rank = (name: string) => (name.endsWith('AccountRef') ? 0 : 1)

function walk(value: unknown, visit: (name: string, value: Fields, holder: Fields) => void): void {
  if (Array.isArray(value)) for (const entry of value) walk(entry, visit)
  if (!isFields(value)) return
  for (const [name, inner] of Object.entries(value)) {
    if (isFields(inner) && name.endsWith('Ref')) visit(name, inner, value)
    walk(inner, visit)
  }
}

/** Requests name references by id only; the answer tells the name. */
function collectNames(source: unknown, names: Map<string, string>): void {
  walk(source, (name, value) => {
    const text = textOf(value.name)
    const key = `${kindOf(name)} ${refId(value)}`
    // The first source is the answer: what a request calls a row is ignored (quickbooks.md 1.6).
    if (text !== undefined && !names.has(key)) names.set(key, text)
  })
}

function kindOf(name: string): string {
  return name.endsWith('AccountRef') ? 'Account' : (lists[name] ?? name)
}

function imply(company: Company, name: string, value: Fields, holder: Fields, names: Map<string, string>): void {
  const id = refId(value)
  if (id === undefined || id.endsWith('_ITEM_ID')) return
  const entity = name.endsWith('AccountRef') ? 'Account' : lists[name]
  if (entity === undefined || company.findAny(entity, id) !== undefined) return
  const shown = names.get(`${entity} ${id}`) ?? `${entity} ${id}`
  if (entity === 'Account') implyAccount(company, id, shown, name)
  else if (entity === 'Customer') implyNamed(company, 'Customer', id, shown, 'DisplayName', {})
  else if (entity === 'Item') implyItem(company, id, shown, holder, names)
  else if (entity === 'Term') importObject(company, 'Term', { Id: id, Name: shown, DueDays: Number(/\d+/.exec(shown)?.[0] ?? 0) })
  else implyNamed(company, entity, id, shown, 'Name', {})
}

function implyAccount(company: Company, id: string, shown: string, reference: string): void {
  const undeposited =
    shown === 'Undeposited Funds' ||
    (reference === 'DepositToAccountRef' && !shown.includes('Checking') && shown === `Account ${id}` && id === '4')
  const kind = undeposited
    ? { AccountType: 'Other Current Asset', AccountSubType: 'UndepositedFunds' }
    : (accountKinds[reference] ?? accountKinds.AccountRef!)
  implyNamed(company, 'Account', id, shown, 'Name', kind)
  if (undeposited) company.setAccount('undeposited', id)
  if (reference === 'DiscountAccountRef') company.setAccount('discounts', id)
}

function implyItem(company: Company, id: string, shown: string, holder: Fields, names: Map<string, string>): void {
  const account = fieldsOf(holder.ItemAccountRef)
  const accountId = refId(account) ?? 'income-of-items'
  if (company.findAny('Account', accountId) === undefined)
    implyAccount(company, accountId, names.get(`Account ${accountId}`) ?? `Income ${accountId}`, 'IncomeAccountRef')
  implyNamed(company, 'Item', id, shown, 'Name', {
    Type: 'Service',
    IncomeAccountRef: { value: accountId },
    Taxable: refId(holder.TaxCodeRef) === 'TAX',
  })
}

/** A row whose name may stand below parents: `Parent:Child`. */
function implyNamed(company: Company, entity: EntityName, id: string, shown: string, property: string, extra: Fields): void {
  const parts = shown.split(':')
  let parent: string | undefined
  for (const [index, part] of parts.slice(0, -1).entries()) {
    const path = parts.slice(0, index + 1).join(':')
    const known = [...company.all(entity)].find((stored) => stored.fields.FullyQualifiedName === path)
    const parentId: string = known?.id ?? `${entity}-${path}`
    if (known === undefined)
      importObject(company, entity, {
        Id: parentId,
        [property]: part,
        ...extra,
        ...(parent === undefined ? {} : { ParentRef: { value: parent } }),
      })
    parent = parentId
  }
  importObject(company, entity, {
    Id: id,
    [property]: parts.at(-1),
    ...extra,
    ...(parent === undefined ? {} : { ParentRef: { value: parent } }),
  })
}

/** Addresses that a form copied from its customer belong to the customer. */
export function implyAddresses(company: Company, answered: Fields, sent: Fields): void {
  const customer = company.find('Customer', refId(answered.CustomerRef))
  if (customer === undefined) return
  for (const name of ['BillAddr', 'ShipAddr'])
    if (isFields(answered[name]) && sent[name] === undefined) customer.fields[name] = answered[name]
  const from = fieldsOf(answered.ShipFromAddr)
  const info = company.find('CompanyInfo', '1')
  if (textOf(from.Line1) !== undefined && info !== undefined) {
    const match = /^(.*), (\w{2}) {2}(.*)$/.exec(textOf(from.Line2) ?? '')
    info.fields.CompanyAddr = { Id: '1', Line1: from.Line1, City: match?.[1], CountrySubDivisionCode: match?.[2], PostalCode: match?.[3] }
  }
}

/** Imports a recorded object together with what it links to: invoices that a payment pays, payments that paid an invoice. */
export function implyObject(company: Company, entity: EntityName, object: Fields): void {
  if (company.findAny(entity, String(object.Id)) !== undefined) return
  if (entity === 'Payment') for (const line of listOf(object.Line)) implyPaidInvoice(company, object, line)
  implyParent(company, entity, object)
  const stored = importObject(company, entity, object, { recorded: true })
  if (entity === 'TaxCode' && object.SyncToken === undefined) {
    stored.bare = true
    delete stored.fields.Active
  }
  if (entity === 'Invoice') implyPayments(company, object)
  if (entity === 'Deposit') return
  if (entity !== 'Invoice' && entity !== 'Estimate') delete stored.fields.LinkedTxn
  for (const link of listOf(object.LinkedTxn))
    if (link.TxnType === 'Deposit' && transactionNames.has(entity)) company.depositedBy.set(stored.id, String(link.TxnId))
  const balance = textOf(object.Balance)
  if (entity === 'CreditMemo' && balance !== undefined) implyUse(company, object)
}

/** A row below a parent that the exchange does not show: its full name tells the parent's. */
function implyParent(company: Company, entity: EntityName, object: Fields): void {
  const parent = refId(object.ParentRef)
  const path = (textOf(object.FullyQualifiedName) ?? '').split(':').slice(0, -1)
  if (parent === undefined || path.length === 0 || company.findAny(entity, parent) !== undefined) return
  importObject(company, entity, {
    Id: parent,
    [entity === 'Customer' ? 'DisplayName' : 'Name']: path.at(-1),
    ...(entity === 'Account' ? { AccountType: object.AccountType } : {}),
  })
}

function extraOf(line: Fields, name: string): string | undefined {
  const pairs = listOf(fieldsOf(line.LineEx).any).map((entry) => fieldsOf(entry.value))
  return textOf(pairs.find((pair) => pair.Name === name)?.Value)
}

function implyPaidInvoice(company: Company, payment: Fields, line: Fields): void {
  const link = fieldsOf(listOf(line.LinkedTxn)[0])
  const id = textOf(link.TxnId)
  if (id === undefined || (link.TxnType !== 'Invoice' && link.TxnType !== 'CreditMemo')) return
  // The extras tell the open balance with this payment taken off; a second payment of the same invoice raises its total.
  const open = extraOf(line, 'txnOpenBalance') ?? String(line.Amount)
  const known = company.find(link.TxnType, id)
  if (known !== undefined) {
    const total = toCents(known.fields.TotalAmt as number) + toCents(line.Amount as number)
    known.fields.TotalAmt = money(total)
    known.fields.Balance = money(toCents(known.fields.Balance as number) + toCents(line.Amount as number))
    return
  }
  implyReferences(company, { CustomerRef: payment.CustomerRef, ItemRef: { value: 'item-of-invoices' } })
  importObject(company, link.TxnType, {
    Id: id,
    CustomerRef: payment.CustomerRef,
    DocNumber: extraOf(line, 'txnReferenceNumber'),
    TxnDate: payment.TxnDate,
    Line: [
      {
        Amount: Number(open),
        DetailType: 'SalesItemLineDetail',
        SalesItemLineDetail: { ItemRef: { value: 'item-of-invoices' }, TaxCodeRef: { value: 'NON' } },
      },
    ],
  })
}

/** An invoice that links to payments and has less open than its total was paid by them. */
function implyPayments(company: Company, invoice: Fields): void {
  const payments = listOf(invoice.LinkedTxn).filter((link) => link.TxnType === 'Payment')
  const stored = company.find('Invoice', String(invoice.Id))!
  let rest = toCents(stored.fields.TotalAmt as number) - toCents((invoice.Balance ?? 0) as number)
  payments.forEach((link, index) => {
    // How the paid amount was split is not told: the last payment takes what the others, a cent each, leave.
    const amount = index === payments.length - 1 ? rest : 1n
    rest -= amount
    const Line = [{ Amount: money(amount), LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }]
    if (company.findAny('Payment', String(link.TxnId)) === undefined)
      importObject(company, 'Payment', { Id: link.TxnId, CustomerRef: invoice.CustomerRef, TotalAmt: money(amount), Line })
    else
      company.applied.set(String(invoice.Id), new Map([...(company.applied.get(String(invoice.Id)) ?? []), [String(link.TxnId), amount]]))
  })
  stored.syncToken = Number(textOf(invoice.SyncToken) ?? 0)
  const paid = [...(company.applied.get(stored.id) ?? new Map<string, bigint>()).values()].reduce((sum, amount) => sum + amount, 0n)
  stored.fields.Balance = money(toCents(stored.fields.TotalAmt as number) - paid)
  const links = listOf(invoice.LinkedTxn).filter((link) => link.TxnType !== 'Payment')
  stored.fields.LinkedTxn = [...links, ...payments.map((link) => ({ TxnId: link.TxnId, TxnType: 'Payment' }))]
  restoreTimes(company, 'Invoice', invoice)
}

/** A credit memo whose balance is below its total was used by a payment. */
function implyUse(company: Company, memo: Fields): void {
  const used = toCents((memo.TotalAmt ?? 0) as number) - toCents((memo.Balance ?? 0) as number)
  if (used === 0n) return
  const id = String(memo.Id)
  company.applied.set(id, new Map([['payment-of-credit', used]]))
  const stored = company.find('CreditMemo', id)!
  const open = money(toCents(stored.fields.TotalAmt as number) - used)
  stored.fields.Balance = open
  stored.fields.RemainingCredit = open
}

/** Times count for the order of rows: linking must not have moved them. */
export function restoreTimes(company: Company, entity: EntityName, object: Fields): void {
  const stored = company.find(entity, String(object.Id))
  const updated = Date.parse(textOf(fieldsOf(object.MetaData).LastUpdatedTime) ?? '')
  if (stored !== undefined && !Number.isNaN(updated)) stored.lastUpdated = updated
}
