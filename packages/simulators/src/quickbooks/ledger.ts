import type { Company } from './company.ts'
import type { Stored } from './stored.ts'
import { centsText, toCents } from './decimal.ts'
import { transactionNames } from './entities/names.ts'
import { read } from './operations.ts'
import { fieldsOf, listOf, refId, textOf, type Fields } from './values.ts'

/** A document as proofs compare it: amounts as decimal text, movements signed with debits positive. */
export interface LedgerDocument {
  type: 'document'
  entity: string
  id: string
  docNumber: string | undefined
  txnDate: string | undefined
  customerId: string | undefined
  customerName: string | undefined
  privateNote: string | undefined
  currency: string | undefined
  syncToken: string
  state: 'live' | 'voided' | 'deleted'
  total: string
  balance: string | undefined
  tax: { total: string; rates: { rateId: string; rateName: string | undefined; percent: number; net: string; amount: string }[] }
  lines: {
    id: string | undefined
    kind: string
    itemId: string | undefined
    itemName: string | undefined
    description: string | undefined
    amount: string
    quantity: number | undefined
    taxCode: string | undefined
  }[]
  links: { id: string; type: string; amount: string | undefined }[]
  depositToAccountId: string | undefined
  movements: {
    accountId: string
    account: string
    amount: string
    role: string
    lineId: string | undefined
    rateId: string | undefined
    customerId: string | undefined
  }[]
}

/** One row per list object and document: first accounts, then names and items, then documents in the order of their ids. */
export function* ledgerLines(company: Company, query: URLSearchParams): Generator<unknown> {
  const kinds = query.get('kinds')?.toLowerCase().split(',')
  const wanted = (kind: string) => kinds === undefined || kinds.includes(kind)
  if (wanted('company'))
    yield {
      type: 'company',
      realmId: company.settings.realmId,
      country: company.settings.country,
      currency: company.settings.currency,
      tax: company.settings.tax,
    }
  if (wanted('account')) for (const account of company.all('Account')) yield accountRow(company, account)
  if (wanted('customer')) for (const customer of company.all('Customer')) yield { type: 'customer', ...read(company, customer) }
  if (wanted('item')) for (const item of company.all('Item')) yield { type: 'item', ...read(company, item) }
  if (wanted('document')) for (const stored of documents(company)) yield documentRow(company, stored)
}

/** The same as pages: `?kinds=document&offset=0&limit=1000`. */
export function ledgerPage(company: Company, query: URLSearchParams): Fields {
  const offset = Number(query.get('offset') ?? 0)
  const limit = Number(query.get('limit') ?? 1000)
  const all = documents(company)
  const kinds = query.get('kinds')?.toLowerCase().split(',')
  const lists = offset === 0 && (kinds === undefined || kinds.some((kind) => kind !== 'document'))
  return {
    company: {
      realmId: company.settings.realmId,
      country: company.settings.country,
      currency: company.settings.currency,
      tax: company.settings.tax,
    },
    ...(lists
      ? {
          accounts: [...company.all('Account')].map((account) => accountRow(company, account)),
          customers: [...company.all('Customer')].map((customer) => read(company, customer)),
          items: [...company.all('Item')].map((item) => read(company, item)),
        }
      : {}),
    documents: all.slice(offset, offset + limit).map((stored) => documentRow(company, stored)),
    total: all.length,
    next: offset + limit < all.length ? offset + limit : undefined,
  }
}

function documents(company: Company): Stored[] {
  const found: Stored[] = []
  for (const entity of transactionNames) for (const stored of company.all(entity)) found.push(stored)
  return found.sort((left, right) => Number(left.id) - Number(right.id))
}

function accountRow(company: Company, account: Stored): Fields {
  return {
    type: 'account',
    id: account.id,
    name: textOf(account.fields.FullyQualifiedName),
    accountType: account.fields.AccountType,
    accountSubType: account.fields.AccountSubType,
    balance: centsText(company.balances.get(account.id) ?? 0n),
  }
}

export function documentRow(company: Company, stored: Stored): LedgerDocument {
  const fields = read(company, stored)
  const amount = (value: unknown) => centsText(toCents((value ?? 0) as number))
  return {
    type: 'document',
    entity: stored.entity,
    id: stored.id,
    docNumber: textOf(fields.DocNumber),
    txnDate: textOf(fields.TxnDate),
    customerId: refId(fields.CustomerRef),
    customerName: textOf(fieldsOf(fields.CustomerRef).name),
    privateNote: textOf(fields.PrivateNote),
    currency: refId(fields.CurrencyRef),
    syncToken: String(stored.syncToken),
    state: stored.deleted ? 'deleted' : stored.voided ? 'voided' : 'live',
    total: amount(fields.TotalAmt),
    balance: fields.Balance === undefined ? undefined : amount(fields.Balance),
    tax: taxOf(company, fields),
    lines: listOf(fields.Line).map(lineRow),
    links: [
      ...listOf(fields.Line).flatMap((line) => listOf(line.LinkedTxn).map((link) => linkRow(link, line.Amount))),
      ...listOf(fields.LinkedTxn).map((link) => linkRow(link, undefined)),
    ],
    depositToAccountId: refId(fields.DepositToAccountRef),
    movements: stored.postings.map((posting) => ({
      accountId: posting.account,
      account: textOf(company.find('Account', posting.account)?.fields.FullyQualifiedName) ?? posting.account,
      amount: centsText(posting.amount),
      role: posting.role,
      lineId: posting.line,
      rateId: posting.rate,
      customerId: posting.customer,
    })),
  }
}

function taxOf(company: Company, fields: Fields): LedgerDocument['tax'] {
  const detail = fieldsOf(fields.TxnTaxDetail)
  return {
    total: centsText(toCents((detail.TotalTax ?? 0) as number)),
    rates: listOf(detail.TaxLine).map((line) => {
      const inner = fieldsOf(line.TaxLineDetail)
      const rateId = refId(inner.TaxRateRef) ?? ''
      return {
        rateId,
        rateName: textOf(company.find('TaxRate', rateId)?.fields.Name),
        percent: Number(inner.TaxPercent ?? 0),
        net: centsText(toCents((inner.NetAmountTaxable ?? 0) as number)),
        amount: centsText(toCents((line.Amount ?? 0) as number)),
      }
    }),
  }
}

function lineRow(line: Fields): LedgerDocument['lines'][number] {
  const detail = fieldsOf(line.SalesItemLineDetail)
  return {
    id: textOf(line.Id),
    kind: textOf(line.DetailType) ?? 'Linked',
    itemId: refId(detail.ItemRef),
    itemName: textOf(fieldsOf(detail.ItemRef).name),
    description: textOf(line.Description),
    amount: centsText(toCents((line.Amount ?? 0) as number)),
    quantity: detail.Qty === undefined ? undefined : Number(detail.Qty),
    taxCode: refId(detail.TaxCodeRef),
  }
}

function linkRow(link: Fields, amount: unknown): LedgerDocument['links'][number] {
  return {
    id: textOf(link.TxnId) ?? '',
    type: textOf(link.TxnType) ?? '',
    amount: amount === undefined ? undefined : centsText(toCents(amount as number)),
  }
}
