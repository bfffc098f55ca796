import { registry } from './entities/registry.ts'
import { entityNames, transactionNames, type EntityName } from './entities/names.ts'
import { faults } from './fault.ts'
import type { Country, Limits, Switches, TaxModel } from './options.ts'
import { metaTime } from './time.ts'
import { rendered } from './validate.ts'
import { fieldsOf, refId, textOf, type Fields } from './values.ts'
import type { VirtualClock } from '../shared/clock.ts'

/** One movement on one account, in cents of the document's currency; debits are positive, credits negative. */
export interface Posting {
  account: string
  amount: bigint
  role: 'line' | 'discount' | 'shipping' | 'tip' | 'tax' | 'total' | 'inventory' | 'cost' | 'cash-back'
  /** Id of the line behind it. */
  line?: string
  /** TaxRate behind a tax movement. */
  rate?: string
  /** Customer whose receivable it moves. */
  customer?: string
}

/** An object as the simulator keeps it. */
export interface Stored {
  entity: EntityName
  id: string
  syncToken: number
  createTime: number
  lastUpdated: number
  input: Fields
  fields: Fields
  postings: Posting[]
  deleted: boolean
  voided: boolean
  /** Pseudo tax codes answer without SyncToken, domain and sparse (quickbooks.md 10.12). */
  bare?: boolean
  /** Creates of accounts answer without LastUpdatedTime (quickbooks.md 10.1). */
  fresh?: boolean
  /** MetaData that a recording implies. */
  meta?: Fields
}

/** Accounts that the platform itself posts to. */
export type AccountRole = 'receivable' | 'undeposited' | 'discounts' | 'shipping' | 'tips' | 'uncategorised-income' | 'opening-equity'

export interface CompanySettings {
  realmId: string
  country: Country
  currency: string
  currencyName: string
  tax: TaxModel
  limits: Limits | undefined
  serviceMs: number
  switches: Switches
}

/** Sub type by which each account is found: ids differ from company to company (quickbooks.md 10.11). */
const roleSubTypes: Record<AccountRole, string> = {
  receivable: 'AccountsReceivable',
  undeposited: 'UndepositedFunds',
  discounts: 'DiscountsRefundsGiven',
  shipping: 'OtherPrimaryIncome',
  tips: 'OtherCurrentLiabilities',
  'uncategorised-income': 'SalesOfProductIncome',
  'opening-equity': 'OpeningBalanceEquity',
}

/** A company file: its objects, its ledger, and the links between documents. */
export class Company {
  readonly settings: CompanySettings
  readonly clock: VirtualClock
  readonly objects: Map<EntityName, Map<string, Stored>>
  /** Cents applied to an invoice or credit memo: target → source payment → amount. */
  readonly applied = new Map<string, Map<string, bigint>>()
  /** Transaction → the deposit it sits in. */
  readonly depositedBy = new Map<string, string>()
  readonly balances = new Map<string, bigint>()
  readonly customerBalances = new Map<string, bigint>()
  /** Names in use, lower case: one set for customers, vendors and employees together (quickbooks.md 10.2). */
  readonly names = new Map<string, Stored>()
  readonly docNumbers = new Map<string, number>()
  /** Who is named in a 5010 text. */
  lastUser = 'Pat Example'
  /** Exchange rates to the home currency: code → rate as sent. */
  readonly exchangeRates = new Map<string, Fields>()
  private readonly nextIds = new Map<string, number>()
  private lastDocNumber = 1000
  private roles = new Map<AccountRole, string>()

  constructor(settings: CompanySettings, clock: VirtualClock) {
    this.settings = settings
    this.clock = clock
    this.objects = new Map(entityNames.map((name) => [name, new Map<string, Stored>()]))
  }

  all(entity: EntityName): IterableIterator<Stored> {
    return this.objects.get(entity)!.values()
  }

  find(entity: EntityName, id: string | undefined): Stored | undefined {
    if (id === undefined) return undefined
    const stored = this.objects.get(entity)!.get(id)
    return stored?.deleted ? undefined : stored
  }

  /** Also answers deleted objects, for CDC and for telling "deleted" from "never was". */
  findAny(entity: EntityName, id: string): Stored | undefined {
    return this.objects.get(entity)!.get(id)
  }

  /** A transaction of any kind by id: they share one number space (quickbooks.md 1.6). */
  findTransaction(type: string, id: string): Stored | undefined {
    return transactionNames.has(type as EntityName) ? this.find(type as EntityName, id) : undefined
  }

  preferences(section: string): Fields {
    return fieldsOf(this.find('Preferences', '1')?.fields[section])
  }

  nextId(entity: EntityName): string {
    const space = transactionNames.has(entity) ? 'Transaction' : entity
    const next = this.nextIds.get(space) ?? 1
    this.nextIds.set(space, next + 1)
    return String(next)
  }

  /** Ids below or at this one are taken. */
  reserveId(entity: EntityName, id: string): void {
    const space = transactionNames.has(entity) ? 'Transaction' : entity
    const value = Number(id)
    if (Number.isSafeInteger(value) && value >= (this.nextIds.get(space) ?? 1)) this.nextIds.set(space, value + 1)
  }

  nextAddressId(): string {
    const next = this.nextIds.get('Address') ?? 1
    this.nextIds.set('Address', next + 1)
    return String(next)
  }

  /** The next number of the range that all sales forms draw from (quickbooks.md 10.6). */
  nextDocNumber(): string {
    this.lastDocNumber++
    while (this.docNumbers.has(String(this.lastDocNumber))) this.lastDocNumber++
    return String(this.lastDocNumber)
  }

  /** Id of the account that plays a role. @throws QboFault 6430 when the company has none */
  account(role: AccountRole): string {
    const known = this.roles.get(role)
    if (known !== undefined) return known
    for (const account of this.all('Account')) {
      if (account.fields.AccountSubType === roleSubTypes[role] && account.fields.Active !== false) {
        this.roles.set(role, account.id)
        return account.id
      }
    }
    throw faults.accountUse(`this company has no account for ${role}`)
  }

  setAccount(role: AccountRole, id: string): void {
    this.roles.set(role, id)
  }

  put(stored: Stored): void {
    this.objects.get(stored.entity)!.set(stored.id, stored)
    this.reserveId(stored.entity, stored.id)
  }

  /** Replaces an object's postings, keeping account and customer balances. */
  post(stored: Stored, postings: Posting[]): void {
    this.move(stored.postings, -1n)
    stored.postings = postings
    this.move(postings, 1n)
    this.touchCustomers([...stored.postings, ...postings])
  }

  private touched = new Set<string>()

  private move(postings: Posting[], sign: bigint): void {
    for (const { account, amount, customer } of postings) {
      this.balances.set(account, (this.balances.get(account) ?? 0n) + sign * amount)
      if (customer === undefined) continue
      this.customerBalances.set(customer, (this.customerBalances.get(customer) ?? 0n) + sign * amount)
      this.touched.add(customer)
    }
  }

  /** A balance change moves the customer's LastUpdatedTime, not its SyncToken (quickbooks.md 9.1). */
  private touchCustomers(postings: Posting[]): void {
    if (postings.length === 0) return
    for (const id of this.touched) {
      const customer = this.find('Customer', id)
      if (customer !== undefined) customer.lastUpdated = this.clock.now()
    }
    this.touched.clear()
  }

  /** What the customer owes, sub-customers left out. */
  customerBalance(id: string): bigint {
    return this.customerBalances.get(id) ?? 0n
  }

  /** The object as an answer shows it. */
  render(stored: Stored): Fields {
    const definition = registry[stored.entity]
    const fields = rendered(definition.properties, stored.fields, (spec, id, given) => {
      if (!spec.named) return undefined
      for (const target of spec.to) {
        const found = this.find(target, id)
        if (found !== undefined) return this.nameOf(found)
      }
      return textOf(given.name)
    })
    if (stored.entity === 'Customer') Object.assign(fields, this.customerTotals(stored))
    if (stored.entity === 'Account') Object.assign(fields, this.accountTotals(stored))
    const meta = {
      CreateTime: metaTime(stored.createTime),
      ...(stored.fresh ? {} : { LastUpdatedTime: metaTime(stored.lastUpdated) }),
      ...stored.meta,
    }
    if (stored.bare) return { ...fields, Id: stored.id, MetaData: meta }
    return { ...fields, domain: 'QBO', sparse: false, Id: stored.id, SyncToken: String(stored.syncToken), MetaData: meta }
  }

  nameOf(stored: Stored): string | undefined {
    return textOf(stored.fields.FullyQualifiedName) ?? textOf(stored.fields.DisplayName) ?? textOf(stored.fields.Name)
  }

  private customerTotals(stored: Stored): Fields {
    const own = this.customerBalance(stored.id)
    let withJobs = own
    for (const child of this.children('Customer', stored.id)) withJobs += this.customerBalance(child.id)
    return { Balance: Number(own) / 100, BalanceWithJobs: Number(withJobs) / 100 }
  }

  /** Income and expense accounts answer 0; the others debits minus credits [seen in a whole chart of accounts]. */
  private accountTotals(stored: Stored): Fields {
    const onBalanceSheet = !['Revenue', 'Expense'].includes(String(stored.fields.Classification))
    const own = onBalanceSheet ? (this.balances.get(stored.id) ?? 0n) : 0n
    let all = own
    if (onBalanceSheet) for (const child of this.children('Account', stored.id)) all += this.balances.get(child.id) ?? 0n
    return { CurrentBalance: Number(own) / 100, CurrentBalanceWithSubAccounts: Number(all) / 100 }
  }

  private *children(entity: EntityName, id: string): Generator<Stored> {
    const parents = this.parents.get(entity)
    for (const child of parents?.get(id) ?? []) {
      yield child
      yield* this.children(entity, child.id)
    }
  }

  private readonly parents = new Map<EntityName, Map<string, Set<Stored>>>()

  /** Remembers who stands under whom, so that totals over a hierarchy do not scan the list. */
  link(stored: Stored, parentBefore: string | undefined): void {
    const parents = this.parents.get(stored.entity) ?? new Map<string, Set<Stored>>()
    this.parents.set(stored.entity, parents)
    if (parentBefore !== undefined) parents.get(parentBefore)?.delete(stored)
    const parent = refId(stored.fields.ParentRef)
    if (parent === undefined) return
    const siblings = parents.get(parent) ?? new Set<Stored>()
    parents.set(parent, siblings.add(stored))
  }
}
