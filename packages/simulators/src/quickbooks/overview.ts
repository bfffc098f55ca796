import type { Company } from './company.ts'
import { transactionNames } from './entities/names.ts'
import { kindNames } from './reports/movements.ts'
import type { QuickBooks } from './quickbooks.ts'
import type { Stored } from './stored.ts'
import { fieldsOf, refId, textOf } from './values.ts'
import { centsText } from './decimal.ts'
import type { SimPage, SimTable } from '../shared/page.ts'

const SHOWN = 50

/** The companies as a person sees them at `/__sim`: newest documents, accounts, notifications, newest requests. */
export function overview(sim: QuickBooks, company: Company): SimPage {
  const { settings } = company
  const counts = sim.counters.read()
  const info = company.find('CompanyInfo', '1')
  return {
    title: 'QuickBooks simulator',
    facts: [
      ['Clock', new Date(sim.clock.now()).toISOString()],
      ['Company', `${textOf(info?.fields.CompanyName) ?? ''}, ${settings.country}, ${settings.currency}`],
      ['Realm', settings.realmId],
      [
        'Other realms',
        sim.companies
          .map(({ realmId }) => realmId)
          .filter((realmId) => realmId !== settings.realmId)
          .join(', ') || 'none',
      ],
      ['Sales tax', settings.tax],
      [
        'Requests',
        `${counts.total}, of these ${counts.writes} writes, ${counts.corePlus} metered reads, ${counts.refused} refused as too many`,
      ],
    ],
    tables: [documents(company), accounts(company), notifications(sim), requests(sim)],
  }
}

function documents(company: Company): SimTable {
  const all: Stored[] = []
  for (const entity of transactionNames) all.push(...company.all(entity))
  const newest = all.sort((left, right) => right.lastUpdated - left.lastUpdated || Number(right.id) - Number(left.id)).slice(0, SHOWN)
  return {
    title: 'Documents',
    columns: ['Id', 'Kind', 'Number', 'Date', 'Customer', 'Total', 'Tax', 'Balance', 'Changed', 'State'],
    rows: newest.map((stored) => [
      stored.id,
      kindNames[stored.entity],
      stored.fields.DocNumber,
      stored.fields.TxnDate,
      company.nameOf(company.find('Customer', refId(stored.fields.CustomerRef)) ?? stored),
      `${String(stored.fields.TotalAmt ?? '')} ${refId(stored.fields.CurrencyRef) ?? ''}`,
      fieldsOf(stored.fields.TxnTaxDetail).TotalTax,
      stored.fields.Balance,
      new Date(stored.lastUpdated).toISOString(),
      stored.deleted ? 'deleted' : stored.voided ? 'voided' : '',
    ]),
    total: all.length,
  }
}

function accounts(company: Company): SimTable {
  const rows = [...company.all('Account')].map((account) => [
    account.id,
    account.fields.FullyQualifiedName,
    account.fields.AccountType,
    centsText(company.balances.get(account.id) ?? 0n),
  ])
  return { title: 'Accounts (debits less credits)', columns: ['Id', 'Name', 'Type', 'Balance'], rows }
}

function notifications({ webhooks }: QuickBooks): SimTable {
  const history = webhooks.history()
  return {
    title: 'Notifications',
    columns: ['No.', 'State', 'Attempts', 'Last answer', 'Body'],
    rows: history
      .slice(-SHOWN)
      .reverse()
      .map(({ id, status, attempts, lastStatus, body }) => [id, status, attempts, lastStatus ?? '', body.slice(0, 200)]),
    total: history.length,
  }
}

function requests({ log }: QuickBooks): SimTable {
  const entries = log.entries().slice(-SHOWN).reverse()
  return {
    title: 'Requests',
    columns: ['No.', 'Clock', 'Method', 'Address', 'Answer'],
    rows: entries.map((entry) => [
      entry.seq,
      new Date(entry.at).toISOString(),
      entry.method,
      withoutSecrets(entry.url),
      entry.status || 'broken connection',
    ]),
    total: log.counts().total,
  }
}

/** Codes and states of a sign-in are nobody's business on a page. */
function withoutSecrets(url: string): string {
  return url.replaceAll(/((?:code|state|client_secret|code_challenge)=)[^&]*/g, '$1…')
}
