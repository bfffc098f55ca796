import { SyncError } from '@syncline/core'
import { z } from 'zod'
import type { QuickBooksClient } from '../client.ts'
import { activeOrNot, inGroups, isOneOf } from '../query.ts'
import { fromWire, plain } from '../wire.ts'
import type { Company, TaxModel } from './company.ts'

const Ref = z.looseObject({ value: z.string() })
const CompanyInfo = z.looseObject({
  CompanyName: z.string().nullish(),
  Country: z.string().nullish(),
  NameValue: z.array(z.looseObject({ Name: z.string(), Value: z.string().nullish() })).nullish(),
})
/** Doubly nested in the answer: a list of lists of settings (quickbooks.md 10.13). */
const CustomFieldSetting = z.looseObject({ Name: z.string().nullish(), BooleanValue: z.boolean().nullish() })
const Preferences = z.looseObject({
  AccountingInfoPrefs: z
    .looseObject({
      BookCloseDate: z.string().nullish(),
      ClassTrackingPerTxn: z.boolean().nullish(),
      ClassTrackingPerTxnLine: z.boolean().nullish(),
      TrackDepartments: z.boolean().nullish(),
    })
    .nullish(),
  SalesFormsPrefs: z
    .looseObject({
      CustomTxnNumbers: z.boolean().nullish(),
      AllowShipping: z.boolean().nullish(),
      AllowDiscount: z.boolean().nullish(),
      CustomField: z.array(z.looseObject({ CustomField: z.array(CustomFieldSetting).nullish() })).nullish(),
    })
    .nullish(),
  ProductAndServicesPrefs: z.looseObject({ QuantityOnHand: z.boolean().nullish() }).nullish(),
  TaxPrefs: z.looseObject({ UsingSalesTax: z.boolean().nullish(), PartnerTaxEnabled: z.boolean().nullish() }).nullish(),
  CurrencyPrefs: z.looseObject({ MultiCurrencyEnabled: z.boolean().nullish(), HomeCurrency: Ref.nullish() }).nullish(),
})
const Account = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  FullyQualifiedName: z.string().nullish(),
  AccountType: z.string(),
  AccountSubType: z.string().nullish(),
  CurrentBalance: z.number().nullish(),
  CurrencyRef: Ref.nullish(),
})
const RateDetail = z.looseObject({ TaxRateRef: Ref, TaxTypeApplicable: z.string().nullish(), TaxOrder: z.number().nullish() })
const TaxCode = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  Description: z.string().nullish(),
  SalesTaxRateList: z.looseObject({ TaxRateDetail: z.array(RateDetail).nullish() }).nullish(),
})
const TaxRate = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  RateValue: z.number().nullish(),
  EffectiveTaxRate: z
    .array(z.looseObject({ RateValue: z.number(), EffectiveDate: z.string().nullish(), EndDate: z.string().nullish() }))
    .nullish(),
})
const Item = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  FullyQualifiedName: z.string().nullish(),
  Type: z.string().nullish(),
  Sku: z.string().nullish(),
  IncomeAccountRef: Ref.nullish(),
})
const Group = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  FullyQualifiedName: z.string().nullish(),
  Sku: z.string().nullish(),
  ItemGroupDetail: z
    .looseObject({ ItemGroupLine: z.array(z.looseObject({ Qty: z.number().nullish(), ItemRef: Ref })).nullish() })
    .nullish(),
})
const Named = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  DueDays: z.number().nullish(),
  DayOfMonthDue: z.number().nullish(),
  DueNextMonthDays: z.number().nullish(),
})
const Inactive = z.looseObject({ Id: z.string(), SyncToken: z.string() })
const Tree = z.looseObject({ Id: z.string(), Name: z.string(), FullyQualifiedName: z.string().nullish() })

const pageSize = 1000

/** Lists of the company, in one request; a list of more than 1,000 rows takes further ones. Ends are proven by counts (RELIABILITY.md I10). */
const lists = {
  accounts: { from: 'Account', where: '', schema: Account },
  taxCodes: { from: 'TaxCode', where: '', schema: TaxCode },
  taxRates: { from: 'TaxRate', where: '', schema: TaxRate },
  paymentMethods: { from: 'PaymentMethod', where: '', schema: Named },
  terms: { from: 'Term', where: '', schema: Named },
  classes: { from: 'Class', where: '', schema: Tree },
  departments: { from: 'Department', where: '', schema: Tree },
  serviceItems: { from: 'Item', where: " WHERE Type = 'Service'", schema: Item },
  groups: { from: 'Item', where: " WHERE Type = 'Group'", schema: Group },
  inactiveItems: { from: 'Item', where: ' WHERE Active = false', schema: Inactive },
  inactiveCustomers: { from: 'Customer', where: ' WHERE Active = false', schema: Inactive },
} as const

type Lists = { [K in keyof typeof lists]: z.infer<(typeof lists)[K]['schema']>[] }

/** Reads what documents need to know about the company. Throws `feature_missing` when the answer is not a company at all. */
export async function readCompany({ client, signal }: { client: QuickBooksClient; signal?: AbortSignal }): Promise<Company> {
  const names = Object.keys(lists) as (keyof typeof lists)[]
  const statements = names.flatMap((name) => [page(name, 1), `SELECT COUNT(*) FROM ${lists[name].from}${lists[name].where}`])
  const [info, preferences, ...answers] = await client.queries(['SELECT * FROM CompanyInfo', 'SELECT * FROM Preferences', ...statements], {
    ...(signal && { signal }),
  })
  const read: Record<string, unknown[]> = {}
  for (const [index, name] of names.entries()) {
    const rows = [...answers[index * 2]!.rows]
    const total = answers[index * 2 + 1]!.totalCount ?? rows.length
    while (rows.length < total) {
      const [more] = await client.queries([page(name, rows.length + 1)], { ...(signal && { signal }) })
      if (more!.rows.length === 0) break
      rows.push(...more!.rows)
    }
    read[name] = rows.map((row) => parse<unknown>(lists[name].schema, row, lists[name].from))
  }
  const own = read as Lists
  const company = assemble(parse(CompanyInfo, info!.rows[0], 'CompanyInfo'), parse(Preferences, preferences!.rows[0], 'Preferences'), own)
  return own.groups.length === 0 ? company : { ...company, bundles: await bundlesOf(own.groups, client, signal) }
}

const Priced = z.looseObject({ Id: z.string(), UnitPrice: z.number().nullish() })

/** Group items with the prices of their components, which are read by their ids. */
async function bundlesOf(groups: Lists['groups'], client: QuickBooksClient, signal: AbortSignal | undefined): Promise<Company['bundles']> {
  const partsOf = ({ ItemGroupDetail: detail }: Lists['groups'][number]) => detail?.ItemGroupLine ?? []
  const ids = [...new Set(groups.flatMap((group) => partsOf(group).map(({ ItemRef }) => ItemRef.value)))]
  const statements = inGroups(ids).map((some) => `SELECT * FROM Item WHERE ${isOneOf('Id', some)} AND ${activeOrNot} MAXRESULTS 1000`)
  const answers = statements.length === 0 ? [] : await client.queries(statements, signal && { signal })
  const rows = answers.flatMap((answer) => answer.rows.map((row) => parse(Priced, row, 'Item')))
  const prices = new Map(rows.map((row) => [row.Id, decimalText(row.UnitPrice)]))
  return groups.map((group) => ({
    id: group.Id,
    name: group.Name,
    fullName: group.FullyQualifiedName ?? group.Name,
    ...optional('sku', group.Sku),
    parts: partsOf(group).map(({ Qty, ItemRef }) => ({
      item: ItemRef.value,
      quantity: decimalText(Qty) ?? '1',
      ...optional('price', prices.get(ItemRef.value)),
    })),
  }))
}

function page(name: keyof typeof lists, start: number): string {
  const { from, where } = lists[name]
  return `SELECT * FROM ${from}${where} STARTPOSITION ${start} MAXRESULTS ${pageSize}`
}

function parse<T>(schema: z.ZodType<T>, row: unknown, what: string): T {
  const parsed = schema.safeParse(row)
  if (parsed.success) return parsed.data
  throw new SyncError('answer_unreadable', `QuickBooks answered a ${what} in a shape that is not known.`, {
    hint: 'Report it with the field named in the details.',
    details: { issues: parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')}: ${issue.message}`) },
  })
}

function assemble(info: z.infer<typeof CompanyInfo>, preferences: z.infer<typeof Preferences>, read: Lists): Company {
  const country = info.Country ?? 'US'
  const fact = (name: string) => info.NameValue?.find((entry) => entry.Name === name)?.Value ?? undefined
  const sales = preferences.SalesFormsPrefs
  const tracking = preferences.AccountingInfoPrefs
  const tree = (rows: z.infer<typeof Tree>[]) =>
    rows.map(({ Id, Name, FullyQualifiedName }) => ({ id: Id, name: Name, fullName: FullyQualifiedName ?? Name }))
  return {
    name: info.CompanyName ?? 'QuickBooks company',
    country,
    homeCurrency: preferences.CurrencyPrefs?.HomeCurrency?.value ?? 'USD',
    multiCurrency: preferences.CurrencyPrefs?.MultiCurrencyEnabled === true,
    tax: taxModel(country, preferences.TaxPrefs ?? undefined),
    ...optional('offering', fact('OfferingSku')),
    ...optional('subscription', fact('SubscriptionStatus')),
    customTxnNumbers: sales?.CustomTxnNumbers === true,
    allowShipping: sales?.AllowShipping === true,
    allowDiscount: sales?.AllowDiscount === true,
    customFields: customFields(sales?.CustomField ?? []),
    tracksQuantity: preferences.ProductAndServicesPrefs?.QuantityOnHand === true,
    ...optional('bookCloseDate', preferences.AccountingInfoPrefs?.BookCloseDate?.slice(0, 10)),
    accounts: read.accounts.map((account) => ({
      id: account.Id,
      name: account.Name,
      fullName: account.FullyQualifiedName ?? account.Name,
      type: account.AccountType,
      ...optional('subType', account.AccountSubType),
      ...optional('currency', account.CurrencyRef?.value),
      ...optional('balance', decimalText(account.CurrentBalance)),
    })),
    taxCodes: read.taxCodes.map((code) => ({
      id: code.Id,
      name: code.Name,
      ...optional('description', code.Description),
      rates: (code.SalesTaxRateList?.TaxRateDetail ?? [])
        .map((detail) => ({ rate: detail.TaxRateRef.value, on: rateUse(detail.TaxTypeApplicable), order: detail.TaxOrder ?? 0 }))
        .sort((left, right) => left.order - right.order),
    })),
    taxRates: read.taxRates.map((rate) => ({
      id: rate.Id,
      name: rate.Name,
      percent: String(rate.RateValue ?? 0),
      effective: (rate.EffectiveTaxRate ?? []).map((entry) => ({
        percent: String(entry.RateValue),
        ...optional('from', entry.EffectiveDate?.slice(0, 10)),
        ...optional('to', entry.EndDate?.slice(0, 10)),
      })),
    })),
    paymentMethods: read.paymentMethods.map(({ Id, Name }) => ({ id: Id, name: Name })),
    terms: read.terms.map(({ Id, Name, DueDays, DayOfMonthDue, DueNextMonthDays }) => ({
      id: Id,
      name: Name,
      ...optional('dueDays', DueDays),
      ...optional('dayOfMonth', DayOfMonthDue),
      ...optional('nextMonthDays', DueNextMonthDays),
    })),
    ...(tracking?.ClassTrackingPerTxn === true && { classTracking: 'document' as const, classes: tree(read.classes) }),
    ...(tracking?.ClassTrackingPerTxnLine === true && { classTracking: 'line' as const, classes: tree(read.classes) }),
    ...(tracking?.TrackDepartments === true && { departments: tree(read.departments) }),
    inactive: { items: read.inactiveItems.map(versioned), customers: read.inactiveCustomers.map(versioned) },
    serviceItems: read.serviceItems.map((item) => ({
      id: item.Id,
      name: item.Name,
      fullName: item.FullyQualifiedName ?? item.Name,
      type: item.Type ?? 'Service',
      ...optional('sku', item.Sku),
      ...optional('incomeAccount', item.IncomeAccountRef?.value),
    })),
  }
}

function versioned({ Id, SyncToken }: z.infer<typeof Inactive>): { id: string; version: string } {
  return { id: Id, version: SyncToken }
}

/** quickbooks.md 11.1: the presence of PartnerTaxEnabled tells automated from manual sales tax. */
function taxModel(country: string, prefs: { UsingSalesTax?: boolean | null; PartnerTaxEnabled?: boolean | null } | undefined): TaxModel {
  const unitedStates = country === 'US' || country === 'USA'
  if (prefs?.UsingSalesTax === false) return unitedStates ? 'us_none' : 'global_none'
  if (!unitedStates) return 'global'
  if (prefs?.PartnerTaxEnabled === true) return 'us_automated'
  return prefs?.PartnerTaxEnabled === false ? 'us_not_set_up' : 'us_manual'
}

function rateUse(text: string | null | undefined): 'TaxOnAmount' | 'TaxOnAmountPlusTax' | 'TaxOnTax' {
  return text === 'TaxOnAmountPlusTax' || text === 'TaxOnTax' ? text : 'TaxOnAmount'
}

/** Of `SalesFormsPrefs.UseSalesCustom1` to `3`, the digits of those that are on. */
function customFields(lists: readonly { CustomField?: z.infer<typeof CustomFieldSetting>[] | null | undefined }[]): string[] {
  return lists
    .flatMap((list) => list.CustomField ?? [])
    .flatMap(({ Name, BooleanValue }) => (BooleanValue === true ? (/UseSalesCustom(\d)$/.exec(Name ?? '')?.[1] ?? []) : []))
    .sort()
}

function decimalText(amount: number | null | undefined): string | undefined {
  const decimal = fromWire(amount)
  return decimal === undefined ? undefined : plain(decimal)
}

function optional<K extends string, V>(name: K, value: V | null | undefined): { [P in K]?: V } {
  return value === null || value === undefined ? {} : ({ [name]: value } as { [P in K]?: V })
}
