import { decimal, toNumber } from './decimal.ts'
import { copyState } from './copy-state.ts'
import { currencyNames } from './currencies.ts'
import { registry } from './entities/registry.ts'
import { entityNames, transactionNames, type EntityName } from './entities/names.ts'
import { faults } from './fault.ts'
import { applyPayment } from './links.ts'
import type { AccountRole, CompanySettings, Posting, Stored } from './stored.ts'
import type { ChangeEvent } from './webhook-payloads.ts'
import { fieldsOf, listOf, refId, textOf, type Fields } from './values.ts'
import type { VirtualClock } from '../shared/clock.ts'

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
  /** Payment → targets it applies to or once did: so that one payment does not look at all. */
  readonly appliesTo = new Map<string, Set<string>>()
  /** Deposit → transactions it holds. */
  readonly deposits = new Map<string, ReadonlySet<string>>()
  /** Transaction → the deposit it sits in. */
  readonly depositedBy = new Map<string, string>()
  readonly balances = new Map<string, bigint>()
  readonly customerBalances = new Map<string, bigint>()
  /** Names in use, lower case: one set for customers, vendors and employees together (quickbooks.md 10.2). */
  readonly names = new Map<string, Stored>()
  readonly docNumbers = new Map<string, number>()
  /** Answers of batch items by requestid and bId: the pair is the key (quickbooks.md 5). */
  readonly batchItems = new Map<string, Fields>()
  /** Fields that came later than this year are not answered. */
  answersOf: number
  /** Whether invoices can be paid online. */
  onlinePayments = false
  /** Told of every change, for notifications. */
  onChange: ((event: ChangeEvent) => void) | undefined
  /** Who is named in a 5010 text. */
  lastUser = 'Pat Example'
  /** State → tax code of automated sales tax (quickbooks.md 11.2). */
  readonly automatedCodes = new Map<string, string>()
  /** Tax code of the company's own state under automated sales tax. */
  homeTaxCode: string | undefined
  /** Item of lines that name none (quickbooks.md 10.5). */
  defaultItem: string | undefined
  /** Exchange rates to the home currency: code → rate as sent. */
  readonly exchangeRates = new Map<string, Fields>()
  private readonly nextIds = new Map<string, number>()
  private lastDocNumber = 1000
  private roles = new Map<AccountRole, string>()

  constructor(settings: CompanySettings, clock: VirtualClock) {
    this.settings = settings
    this.clock = clock
    this.answersOf = settings.answersOf
    this.objects = new Map(entityNames.map((name) => [name, new Map<string, Stored>()]))
  }

  /** Whether a point of the checklist is on (quickbooks.md 17). */
  on(point: number): boolean {
    return this.settings.points.on(point)
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

  currencyName(code: string): string {
    return code === this.settings.currency ? this.settings.currencyName : (currencyNames[code] ?? code)
  }

  preferences(section: string): Fields {
    return fieldsOf(this.find('Preferences', '1')?.fields[section])
  }

  /** The id that the next object of a kind gets; a refused create does not use it up. */
  peekId(entity: EntityName): string {
    return String(this.nextIds.get(transactionNames.has(entity) ? 'Transaction' : entity) ?? 1)
  }

  referenceKind(entity: EntityName): string {
    return registry[entity].referenceKind ?? entity
  }

  /** Takes back everything that a payment applied. */
  clearPayment(id: string): void {
    applyPayment(this, id, new Map())
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
    while (this.numbersInUse.has(String(this.lastDocNumber))) this.lastDocNumber++
    return String(this.lastDocNumber)
  }

  /** The number that the next form without one gets. */
  setNextDocNumber(next: number): void {
    this.lastDocNumber = next - 1
  }

  /** Numbers are unique per kind of form (quickbooks.md 10.6). */
  numberTaken(entity: EntityName, number: string): boolean {
    return (this.docNumbers.get(`${entity} ${number}`) ?? 0) > 0
  }

  /** Keeps count of a document's number; `sign` −1 when it gives the number up. */
  countNumber(entity: EntityName, number: string | undefined, sign: 1 | -1): void {
    if (number === undefined) return
    const key = `${entity} ${number}`
    this.docNumbers.set(key, (this.docNumbers.get(key) ?? 0) + sign)
    if (sign === 1) this.numbersInUse.add(number)
  }

  private readonly numbersInUse = new Set<string>()

  /** Names of the custom fields switched on for sales forms, in the order of their definitions (quickbooks.md 10.13). */
  customFields(): string[] {
    const settings = listOf(this.preferences('SalesFormsPrefs').CustomField).flatMap((group) => listOf(group.CustomField))
    const used = settings.filter((setting) => setting.BooleanValue === true).map((setting) => String(setting.Name).slice(-1))
    return used
      .sort()
      .map(
        (digit) =>
          textOf(settings.find((setting) => setting.Name === `SalesFormsPrefs.SalesCustomName${digit}`)?.StringValue) ??
          `Custom field ${digit}`,
      )
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

  /** Liability account of a tax agency: `<agency> Payable`, else any tax liability. @throws QboFault 6430 when there is none */
  taxAccount(agency: string): string {
    const known = this.taxAccounts.get(agency)
    if (known !== undefined) return known
    const liabilities = [...this.all('Account')].filter((account) =>
      ['GlobalTaxPayable', 'SalesTaxPayable'].includes(String(account.fields.AccountSubType)),
    )
    const found = liabilities.find((account) => account.fields.Name === `${agency} Payable`) ?? liabilities[0]
    if (found === undefined) throw faults.accountUse('this company has no tax liability account')
    this.taxAccounts.set(agency, found.id)
    return found.id
  }

  /** Posts tax to accounts that no query shows: a replay knows no chart of accounts. */
  hideTaxAccounts(): void {
    for (const agency of this.all('TaxAgency')) this.taxAccounts.set(String(agency.fields.DisplayName), `hidden-tax-${agency.id}`)
  }

  private readonly taxAccounts = new Map<string, string>()

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

  /** Replaces what a document took from the stock (quickbooks.md 17.44). */
  takeStock(stored: Stored, stock: Map<string, bigint> | undefined): void {
    for (const [id, pieces] of stored.stock ?? []) this.moveStock(id, pieces)
    stored.stock = stock
    for (const [id, pieces] of stock ?? []) this.moveStock(id, -pieces)
  }

  private moveStock(id: string, pieces: bigint): void {
    const item = this.find('Item', id)
    if (item === undefined) return
    const { units, scale } = decimal((item.fields.QtyOnHand ?? 0) as number)
    const before = scale >= 5 ? units / 10n ** BigInt(scale - 5) : units * 10n ** BigInt(5 - scale)
    item.fields.QtyOnHand = toNumber({ units: before + pieces, scale: 5 })
    item.input.QtyOnHand = item.fields.QtyOnHand
    item.lastUpdated = this.clock.now()
  }

  private touched = new Set<string>()

  private move(postings: Posting[], sign: bigint): void {
    for (const { account, amount, customer } of postings) {
      this.balances.set(account, (this.balances.get(account) ?? 0n) + sign * amount)
      if (customer === undefined || !this.on(39)) continue
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

  /** Notes a change for whoever listens: verb as in CloudEvents (quickbooks.md 12.3). */
  changed(entity: EntityName, id: string, verb: string, deletedId?: string): void {
    this.onChange?.({
      realmId: this.settings.realmId,
      entity,
      id,
      verb,
      at: this.clock.now(),
      ...(deletedId === undefined ? {} : { deletedId }),
    })
  }

  /** Removes every trace of an object, as if it had never been. */
  forget(stored: Stored): void {
    this.objects.get(stored.entity)!.delete(stored.id)
    for (const [key, holder] of this.names) if (holder === stored) this.names.delete(key)
  }

  /** Takes a finished document out of memory, for streams: what it moved stays in the balances. */
  release(stored: Stored): void {
    const { id } = stored
    this.objects.get(stored.entity)!.delete(id)
    for (const links of [this.applied, this.appliesTo, this.deposits, this.depositedBy]) links.delete(id)
    const number = textOf(stored.fields.DocNumber)
    if (number === undefined) return
    this.docNumbers.delete(`${stored.entity} ${number}`)
    this.numbersInUse.delete(number)
  }

  /** What the customer owes, sub-customers left out. */
  customerBalance(id: string): bigint {
    return this.customerBalances.get(id) ?? 0n
  }

  nameOf(stored: Stored): string | undefined {
    return textOf(stored.fields.FullyQualifiedName) ?? textOf(stored.fields.DisplayName) ?? textOf(stored.fields.Name)
  }

  /** Whoever stands below a row, at any depth. */
  *children(entity: EntityName, id: string): Generator<Stored> {
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

  /** Everything but settings and clock, as a copy. */
  dump(): unknown {
    const { settings: _settings, clock: _clock, onChange: _onChange, ...state } = this
    return copyState(state)
  }

  /** Takes over what `dump` gave. */
  load(snapshot: unknown): void {
    Object.assign(this, copyState(snapshot))
  }
}
