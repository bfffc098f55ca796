import type { QuickBooks } from '../quickbooks.ts'
import { centsText, toCents } from '../decimal.ts'
import { importObject } from '../import-object.ts'
import { fieldsOf, listOf, textOf, type Fields } from '../values.ts'
import type { Exchange } from './exchange.ts'
import type { Prepared } from './prepare.ts'

/** Kinds of the sample company's accounts: a report shows names and ids only. */
const kinds: Record<string, [type: string, subType: string]> = {
  Checking: ['Bank', 'Checking'],
  Savings: ['Bank', 'Savings'],
  'Accounts Receivable (A/R)': ['Accounts Receivable', 'AccountsReceivable'],
  'Inventory Asset': ['Other Current Asset', 'Inventory'],
  'Undeposited Funds': ['Other Current Asset', 'UndepositedFunds'],
  Truck: ['Fixed Asset', 'Vehicles'],
  'Original Cost': ['Fixed Asset', 'Vehicles'],
  'Accounts Payable (A/P)': ['Accounts Payable', 'AccountsPayable'],
  Mastercard: ['Credit Card', 'CreditCard'],
  'Board of Equalization Payable': ['Other Current Liability', 'GlobalTaxPayable'],
  'Loan Payable': ['Other Current Liability', 'OtherCurrentLiabilities'],
  'Notes Payable': ['Long Term Liability', 'NotesPayable'],
  'Opening Balance Equity': ['Equity', 'OpeningBalanceEquity'],
  'Retained Earnings': ['Equity', 'RetainedEarnings'],
  'Rent or Lease': ['Expense', 'RentOrLeaseOfBuildings'],
  Utilities: ['Expense', 'Utilities'],
  Telephone: ['Expense', 'Utilities'],
}

/** The books that a report implies: its accounts with what they began with, and the documents behind its rows. */
export function prepareReport(sim: QuickBooks, exchange: Exchange, prepared: Prepared): void {
  const rows = listOf(fieldsOf(fieldsOf(exchange.response).Rows).Row)
  if (exchange.path.includes('/GeneralLedger')) implyLedger(sim, rows)
  else implyList(sim, rows, prepared)
}

const cellsOf = (row: unknown) => listOf(fieldsOf(row).ColData)
const value = (cell: Fields | undefined) => textOf(cell?.value) ?? ''

function implyAccount(sim: QuickBooks, name: string, id: string | undefined, parent?: string): string {
  const [AccountType, AccountSubType] = kinds[name] ?? ['Income', 'SalesOfProductIncome']
  const below = parent === undefined ? {} : { ParentRef: { value: parent } }
  const made = importObject(sim.company, 'Account', {
    ...(id === undefined ? {} : { Id: id }),
    Name: name,
    AccountType,
    AccountSubType,
    ...below,
  }).id
  if (AccountSubType === 'AccountsReceivable') sim.company.setAccount('receivable', made)
  if (AccountSubType === 'UndepositedFunds') sim.company.setAccount('undeposited', made)
  return made
}

/** The balances before the period as one entry; then each document once, from the page of the account it was sold under. */
function implyLedger(sim: QuickBooks, sections: Fields[]): void {
  sim.company.reserveId('Account', '900')
  const opening: Fields[] = []
  const documents: Fields[][] = []
  const accounts = new Map<string, string>()
  const visit = (page: Fields, parent: string | undefined) => {
    const head = cellsOf(page.Header)[0]
    const account = implyAccount(sim, value(head), textOf(head?.id), parent)
    accounts.set(account, value(head))
    for (const row of listOf(fieldsOf(page.Rows).Row)) {
      const cells = cellsOf(row)
      if (row.type === 'Section') visit(row, account)
      else if (value(cells[0]) === 'Beginning Balance') opening.push(openingLine(value(head), account, value(cells.at(-1))))
      else if (kinds[value(head)] === undefined) documents.push([{ value: account }, ...cells])
    }
  }
  for (const page of sections) visit(page, undefined)
  importObject(sim.company, 'JournalEntry', { Id: '1', TxnDate: '2020-08-31', Line: opening })
  for (const [account, ...cells] of documents) implyDocument(sim, value(account), cells)
}

/** A balance is shown by the account's natural side. */
function openingLine(name: string, account: string, shown: string): Fields {
  const credit = ['Accounts Payable', 'Credit Card', 'Other Current Liability', 'Long Term Liability', 'Equity'].includes(
    kinds[name]?.[0] ?? '',
  )
  const negative = shown.startsWith('-')
  return {
    Amount: Number(shown.replace('-', '')),
    DetailType: 'JournalEntryLineDetail',
    JournalEntryLineDetail: { PostingType: credit === negative ? 'Debit' : 'Credit', AccountRef: { value: account } },
  }
}

function implyDocument(sim: QuickBooks, income: string, [date, type, number, name, memo, , amount]: Fields[]): void {
  const customer = textOf(name?.id)
  implyCustomer(sim, customer, value(name))
  const entity = value(type) === 'Invoice' ? ('Invoice' as const) : ('SalesReceipt' as const)
  importObject(sim.company, entity, {
    Id: type?.id,
    TxnDate: value(date),
    DocNumber: value(number),
    ...(customer === undefined || customer === '' ? {} : { CustomerRef: { value: customer } }),
    Line: [saleLine(sim, income, Number(value(amount)), value(memo))],
  })
}

function implyCustomer(sim: QuickBooks, id: string | undefined, name: string): void {
  if (id !== undefined && id !== '' && sim.company.find('Customer', id) === undefined)
    importObject(sim.company, 'Customer', { Id: id, DisplayName: name })
}

function saleLine(sim: QuickBooks, income: string, Amount: number, description: string): Fields {
  const IncomeAccountRef = { value: income }
  const item = importObject(sim.company, 'Item', { Name: `Item ${sim.company.peekId('Item')}`, Type: 'Service', IncomeAccountRef }).id
  return {
    Amount,
    DetailType: 'SalesItemLineDetail',
    ...(description === '' ? {} : { Description: description }),
    SalesItemLineDetail: { ItemRef: { value: item }, TaxCodeRef: { value: 'NON' } },
  }
}

/** One row of several is printed: what lacks for the sum that is printed too is another invoice, cut from the answer again. */
function implyList(sim: QuickBooks, sections: Fields[], prepared: Prepared): void {
  const { company } = sim
  company.find('Preferences', '1')!.fields.AccountingInfoPrefs = { ...company.preferences('AccountingInfoPrefs'), TrackDepartments: true }
  const fillers = new Set<string>()
  for (const group of sections) {
    let lacking = toCents(value(cellsOf(group.Summary).at(-1)))
    let customer = ''
    for (const row of listOf(fieldsOf(group.Rows).Row)) {
      const [date, type, number, , name, department, memo, account, , amount] = cellsOf(row)
      customer = textOf(name?.id) ?? ''
      if (company.find('Account', textOf(account?.id)) === undefined) implyAccount(sim, value(account), textOf(account?.id))
      implyCustomer(sim, customer, value(name))
      importObject(company, 'Department', { Id: department?.id, Name: value(department) })
      const half = toCents(value(amount)) / 2n
      const halves = [half, toCents(value(amount)) - half].map((cents) =>
        saleLine(sim, implyAccount(sim, `Income ${cents} ${company.peekId('Account')}`, undefined), Number(centsText(cents)), ''),
      )
      const form = { TxnDate: value(date), CustomerRef: { value: customer } }
      importObject(company, 'Invoice', {
        ...form,
        Id: type?.id,
        DocNumber: value(number),
        DepartmentRef: { value: department?.id },
        PrivateNote: value(memo),
        Line: halves,
      })
      lacking -= toCents(value(amount))
      if (lacking > 0n)
        fillers.add(
          importObject(company, 'Invoice', { ...form, Line: [saleLine(sim, String(account?.id), Number(centsText(lacking)), '')] }).id,
        )
    }
  }
  prepared.shown = (answer) => withoutRows(answer, fillers)
}

function withoutRows(answer: unknown, ids: ReadonlySet<string>): unknown {
  return JSON.parse(JSON.stringify(answer), (name, inner: unknown) =>
    name === 'Row' ? listOf(inner).filter((row) => !ids.has(textOf(cellsOf(row)[1]?.id) ?? '')) : inner,
  ) as unknown
}
