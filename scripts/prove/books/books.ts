import { createQuickBooks, type QuickBooks } from '@syncline/simulators'
import type { WorldValues } from './dimensions.ts'
import type { CompanyKind, RateKind } from './kinds.ts'
import { wholesaleRole } from './shop.ts'

const url = 'http://127.0.0.1:8082'

/** A company set up as its bookkeeper would: currencies, items, tax codes, the day up to which its books are closed. */
export async function openBooks(values: WorldValues, kind: CompanyKind, start: number): Promise<QuickBooks> {
  const books = createQuickBooks({
    country: kind.country,
    tax: kind.tax,
    limits: false,
    start,
    running: false,
    gateways: ['Stripe', 'PayPal', 'Bank transfer', 'Cheque', 'Cash on delivery', 'Klarna'],
  })
  const call = caller(books)
  await preferences(call, values)
  await openCodes(books, call, kind)
  // Books are closed by a person, on the screen (quickbooks.md 10.13).
  if (values.period !== 'open') await byHand(books, { action: 'close-books', date: closedUpTo })
  if (kind.tax !== 'global') {
    const account = [...books.company.all('Account')].find(({ fields }) => fields['Name'] === 'Sales Tax Payable')!
    await call('POST', 'item', { Name: 'Sales tax', Type: 'Service', IncomeAccountRef: { value: account.id } })
  }
  return books
}

/** What a person does in QuickBooks itself. False when QuickBooks would not. */
export async function byHand(books: QuickBooks, action: object): Promise<boolean> {
  return (await books.fetch(new Request(`${url}/__sim/ui`, { method: 'POST', body: JSON.stringify(action) }))).ok
}

type Call = <T = Record<string, unknown>>(method: string, path: string, body?: object) => Promise<T>

function caller(books: QuickBooks): Call {
  return async <T>(method: string, path: string, body?: object) => {
    const answer = await books.fetch(
      new Request(`${url}/v3/company/${books.realmId}/${path}`, {
        method,
        headers: { authorization: `Bearer ${books.accessToken}`, accept: 'application/json', 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`)
    return JSON.parse(text) as T
  }
}

export const closedUpTo = '2026-09-10'

async function preferences(call: Call, values: WorldValues): Promise<void> {
  const { Preferences: now } = await call<{
    Preferences: { Id: string; SyncToken: string; CurrencyPrefs: object; SalesFormsPrefs: object }
  }>('GET', 'preferences')
  await call('POST', 'preferences', {
    Id: now.Id,
    SyncToken: now.SyncToken,
    sparse: true,
    ...(values.money !== 'home currency' && { CurrencyPrefs: { ...now.CurrencyPrefs, MultiCurrencyEnabled: true } }),
    // A shop's numbers are used only where the company has its own numbers switched on (quickbooks.md 10.6).
    SalesFormsPrefs: { ...now.SalesFormsPrefs, CustomTxnNumbers: values.numbers !== 'quickbooks' },
  })
}

interface Query {
  QueryResponse: {
    TaxCode?: { Id: string; Name: string }[]
    TaxRate?: { Id: string; Name: string }[]
    TaxAgency?: { Id: string; DisplayName: string }[]
  }
}

/** Codes that the seeded company lacks, made by TaxService; compound is then ticked as in the company's own screens (quickbooks.md 10.12). */
async function openCodes(books: QuickBooks, call: Call, kind: CompanyKind): Promise<void> {
  if (kind.tax !== 'global' && kind.tax !== 'manual') return
  const read = async (entity: string) =>
    (await call<Query>('GET', `query?query=${encodeURIComponent(`select * from ${entity} maxresults 1000`)}`)).QueryResponse
  const codes = new Set((await read('TaxCode')).TaxCode?.map(({ Name }) => Name))
  const rates = new Map((await read('TaxRate')).TaxRate?.map(({ Id, Name }) => [Name, Id]))
  const agencies = new Map((await read('TaxAgency')).TaxAgency?.map(({ Id, DisplayName }) => [`${DisplayName} Payable`, Id]))
  for (const { code, of } of wantedCodes(kind)) {
    if (codes.has(code)) continue
    codes.add(code)
    const made = await call<{ TaxCodeId: string; TaxRateDetails: { TaxRateName: string; TaxRateId: string }[] }>(
      'POST',
      'taxservice/taxcode',
      {
        TaxCode: code,
        TaxRateDetails: of.map(({ rate, percent, account }) =>
          rates.has(rate)
            ? { TaxRateId: rates.get(rate) }
            : { TaxRateName: rate, RateValue: percent, TaxAgencyId: agencies.get(account), TaxApplicableOn: 'Sales' },
        ),
      },
    )
    for (const { TaxRateName, TaxRateId } of made.TaxRateDetails) rates.set(TaxRateName, TaxRateId)
    const list = books.company.find('TaxCode', made.TaxCodeId)!.fields['SalesTaxRateList'] as {
      TaxRateDetail: { TaxTypeApplicable: string; TaxOrder: number }[]
    }
    of.forEach(({ compound }, index) => {
      list.TaxRateDetail[index]!.TaxOrder = index
      if (compound) list.TaxRateDetail[index]!.TaxTypeApplicable = 'TaxOnAmountPlusTax'
    })
  }
}

function wantedCodes({ places, reduced, zero }: CompanyKind): { code: string; of: RateKind[] }[] {
  return [
    ...Object.values(places).flatMap(({ code, first, rates }) => [
      { code, of: rates },
      { code: first, of: rates.slice(0, 1) },
    ]),
    { code: reduced.code, of: [reduced] },
    { code: zero.code, of: [zero] },
  ]
}

/** What the bookkeeper writes into the policy; `incomplete`: at first, where it is completed later. `rates` are the shop's ids. */
export function policyOf(
  values: WorldValues,
  kind: CompanyKind,
  rates: ReadonlyMap<RateKind, number>,
  { incomplete = false } = {},
): Record<string, unknown> {
  const { places, reduced, zero, exempt, tax } = kind
  const key = (kinds: RateKind[]) => kinds.map((kind) => rates.get(kind)).join('+')
  const taxCodes: Record<string, string> = { [key([reduced])]: reduced.code, [key([zero])]: zero.code }
  for (const { rates: own, code, first } of Object.values(places)) {
    taxCodes[key(own.slice(0, 1))] = first
    taxCodes[key(own)] = code
  }
  const lacking = incomplete && values.policy === 'completed later'
  if (lacking) delete taxCodes[key(places['two rates'].rates)]
  return {
    gateways: lacking ? {} : { klarna: { class: 'captured', account: 'Klarna clearing' } },
    ...(values['role rule'] !== 'none' && { rules: [{ when: { role: wholesaleRole }, document: 'invoice' }] }),
    document: { auto: 'auto', 'sales receipt': 'sales_receipt', invoice: 'invoice' }[values.document],
    numbers: values.numbers,
    ...(values.numbers === 'prefix' && { numberPrefix: 'W-' }),
    date: values.day,
    ...(values.period === 'first open day' && { closedPeriod: 'first_open_day' }),
    zeroOrders: values['zero orders'],
    amountOnlyRefund: values['refund without lines'] === 'pro rata' ? 'pro_rata' : 'untaxed',
    paidInvoiceRefund: values['refund of a paid invoice'] === 'credit memo' ? 'credit_memo' : 'refund_receipt',
    guests: values.guests === 'bucket' ? 'bucket' : 'by_email',
    ...((tax === 'global' || tax === 'manual') && { taxCodes }),
    ...(exempt !== undefined && { exemptTaxCode: exempt }),
  }
}
