import type { Company } from '../company.ts'
import { centsText, money, toCents } from '../decimal.ts'
import type { EntityName } from '../entities/names.ts'
import { importObject } from '../import-object.ts'
import type { Stored } from '../stored.ts'
import { today } from '../time.ts'
import { fieldsOf, refId, type Fields } from '../values.ts'
import type { Random } from '../../shared/random.ts'
import { customerFields, vendorNames } from './people.ts'
import { seedStock } from './stock.ts'

/** What a company did before the clock starts. */
export interface History {
  /** Sales, refunds, payments, credits and deposits together. */
  documents: number
  /** Default: one for every four documents, at least 3, at most 5,000. */
  customers?: number
  /** Further currencies, which turns several currencies on: every fifth buyer pays in one of them. Default none. */
  currencies?: readonly string[]
  /** Over how many days before the clock starts. Default 365. */
  days?: number
}

const DAY = 86_400_000

/** Fills a company with customers, goods and documents as a year of business leaves them. The same random numbers make the same books. */
export function seedHistory(company: Company, history: History, random: Random): void {
  for (const _ of growHistory(company, history, random)) continue
}

/** The same, and yields each document as soon as nothing more will happen to it. */
export function* growHistory(company: Company, history: History, random: Random): Generator<Stored> {
  const { documents, customers = Math.min(5_000, Math.max(3, Math.ceil(documents / 4))), currencies = [], days = 365 } = history
  if (currencies.length > 0) turnCurrenciesOn(company)
  yield* new Business(company, random, days * DAY, currencies).run(documents, customers)
}

/** Invoices that wait at most: then one is paid before the next is written. */
const OPEN = 500

/** Home units that one unit of a currency is worth, roughly; a currency that is not listed counts as one. */
const homeUnits = (code: string): number => ({ JPY: 0.0068, KWD: 3.25, EUR: 1.1, GBP: 1.3 })[code] ?? 1

/** Item prices are in home currency (quickbooks.md 10.15): yen have no decimals, and QuickBooks keeps two of the dinar's three. */
function priceIn(code: string, home: string, price: number): number {
  if (code === home) return price
  const cents = Math.round((price / homeUnits(code)) * 100)
  return code === 'JPY' ? Math.round(cents / 100) : cents / 100
}

function turnCurrenciesOn(company: Company): void {
  const preferences = company.find('Preferences', '1')!
  const CurrencyPrefs = { ...fieldsOf(preferences.fields.CurrencyPrefs), MultiCurrencyEnabled: true }
  preferences.fields = { ...preferences.fields, CurrencyPrefs }
  preferences.input = { ...preferences.input, CurrencyPrefs }
}

class Business {
  private readonly company: Company
  private readonly random: Random
  private readonly start: number
  private readonly span: number
  private readonly buyers: Stored[] = []
  private goods: Stored[] = []
  private readonly codes: string[]
  private readonly open: Stored[] = []
  private undeposited: Stored[] = []
  private number = 1000
  private now: number
  private readonly currencies: readonly string[]

  constructor(company: Company, random: Random, span: number, currencies: readonly string[]) {
    this.company = company
    this.random = random
    this.currencies = currencies
    this.span = span
    this.start = company.clock.now() - span
    this.now = this.start
    this.codes = company.settings.tax === 'global' ? [...company.all('TaxCode')].map((code) => code.id) : ['TAX', 'TAX', 'NON']
  }

  *run(documents: number, customers: number): Generator<Stored> {
    this.goods = seedStock(this.company, this.random.fork('stock'), this.stamp())
    for (const DisplayName of vendorNames) this.put('Vendor', { DisplayName })
    const people = this.random.fork('people')
    for (let index = 0; index < customers; index++) {
      const CurrencyRef = { value: this.currencies[Math.floor(index / 5) % this.currencies.length] }
      const foreign = this.currencies.length > 0 && index % 5 === 1
      const fields = customerFields(people, index, this.company.settings.country)
      this.buyers.push(this.put('Customer', { ...fields, ...(foreign ? { CurrencyRef } : {}) }))
    }
    for (let index = 0; index < documents; index++) {
      this.now = this.start + Math.floor((this.span * index) / documents)
      yield* this.step()
    }
    this.company.setNextDocNumber(this.number + 1)
    yield* [...this.open, ...this.undeposited].sort((left, right) => Number(left.id) - Number(right.id))
  }

  private step(): Stored[] {
    const roll = this.random.next()
    if (this.undeposited.length >= 12) return this.deposit()
    if (roll < 0.5) return this.sell()
    if (roll < 0.72 && this.open.length < OPEN) return this.invoice()
    if (roll < 0.88 && this.open.length > 0) return this.pay()
    if (roll < 0.95)
      return [this.form('RefundReceipt', this.random.pick(this.buyers), { DepositToAccountRef: { value: this.account('Checking') } })]
    return [this.form('CreditMemo', this.random.pick(this.buyers))]
  }

  private invoice(): Stored[] {
    this.open.push(this.form('Invoice', this.random.pick(this.buyers)))
    return []
  }

  private sell(): Stored[] {
    const gateway = this.random.chance(0.6)
    const buyer = this.random.chance(0.9) ? this.random.pick(this.buyers) : undefined
    const direct = gateway || this.isForeign(buyer)
    const more = direct ? { DepositToAccountRef: { value: this.account('Stripe clearing') ?? this.account('Checking') } } : {}
    const receipt = this.form('SalesReceipt', buyer, more)
    if (direct) return [receipt]
    this.undeposited.push(receipt)
    return []
  }

  /** Paid in full, in part, or late; some a little too much. Foreign money goes straight to the bank. */
  private pay(): Stored[] {
    const invoice = this.open.splice(this.random.int(0, this.open.length - 1), 1)[0]!
    const due = toCents(invoice.fields.Balance as number)
    const amount = this.random.chance(0.15) ? due / 2n : due
    const buyer = this.company.find('Customer', refId(invoice.fields.CustomerRef))
    const payment = this.put('Payment', {
      TxnDate: today(this.now),
      CustomerRef: { value: refId(invoice.fields.CustomerRef) },
      TotalAmt: money(amount + (this.random.chance(0.05) ? 100n : 0n)),
      PaymentMethodRef: { value: this.first('PaymentMethod') },
      PaymentRefNum: String(this.random.int(1000, 9999)),
      Line: [{ Amount: money(amount), LinkedTxn: [{ TxnId: invoice.id, TxnType: 'Invoice' }] }],
      ...this.inCurrencyOf(buyer),
      ...(this.isForeign(buyer) ? { DepositToAccountRef: { value: this.account('Checking') } } : {}),
    })
    invoice.lastUpdated = this.now
    if (this.isForeign(buyer)) return [invoice, payment]
    this.undeposited.push(payment)
    return [invoice]
  }

  /** What lies in undeposited funds goes to the bank, less a fee now and then. */
  private deposit(): Stored[] {
    const lines: Fields[] = this.undeposited.map((stored) => ({
      Amount: stored.fields.TotalAmt,
      LinkedTxn: [{ TxnId: stored.id, TxnType: stored.entity, TxnLineId: '0' }],
    }))
    if (this.random.chance(0.5))
      lines.push({
        Amount: -Number(centsText(BigInt(this.random.int(30, 900)))),
        DetailType: 'DepositLineDetail',
        DepositLineDetail: { AccountRef: { value: this.account('Payment processing fees') } },
      })
    const deposit = this.put('Deposit', {
      TxnDate: today(this.now),
      DepositToAccountRef: { value: this.account('Checking') },
      Line: lines,
    })
    const done = [...this.undeposited, deposit]
    this.undeposited = []
    return done
  }

  private isForeign(buyer: Stored | undefined): boolean {
    return buyer !== undefined && this.currencyOf(buyer) !== this.company.settings.currency
  }

  private currencyOf(buyer: Stored | undefined): string {
    return refId(buyer?.fields.CurrencyRef) ?? this.company.settings.currency
  }

  private inCurrencyOf(buyer: Stored | undefined): Fields {
    const code = this.currencyOf(buyer)
    return code === this.company.settings.currency ? {} : { CurrencyRef: { value: code }, ExchangeRate: homeUnits(code) }
  }

  private form(entity: EntityName, buyer: Stored | undefined, more: Fields = {}): Stored {
    const { settings } = this.company
    const taxed = settings.tax === 'global'
    const Line = Array.from({ length: this.random.int(1, 4) }, () => this.line(this.currencyOf(buyer)))
    const tax = settings.tax === 'manual' ? { TxnTaxDetail: { TxnTaxCodeRef: { value: this.company.homeTaxCode } } } : {}
    this.number++
    return this.put(entity, {
      TxnDate: today(this.now),
      DocNumber: taxed ? `W-${this.number}` : String(this.number),
      ...(buyer === undefined ? {} : { CustomerRef: { value: buyer.id }, BillAddr: buyer.fields.BillAddr }),
      ...(taxed ? { GlobalTaxCalculation: settings.country === 'CA' ? 'TaxExcluded' : 'TaxInclusive' } : tax),
      ...(this.random.chance(0.2) ? { PrivateNote: 'Phoned in' } : {}),
      ...this.inCurrencyOf(buyer),
      Line: this.random.chance(0.15) && entity !== 'CreditMemo' ? [...Line, this.discount()] : Line,
      ...more,
    })
  }

  private line(currency: string): Fields {
    const item = this.random.pick(this.goods)
    const Qty = this.random.int(1, 5)
    const UnitPrice = priceIn(currency, this.company.settings.currency, Number(item.fields.UnitPrice))
    return {
      DetailType: 'SalesItemLineDetail',
      Description: item.fields.Description,
      Amount: money(toCents(UnitPrice) * BigInt(Qty)),
      SalesItemLineDetail: { ItemRef: { value: item.id }, Qty, UnitPrice, TaxCodeRef: { value: this.random.pick(this.codes) } },
    }
  }

  private discount(): Fields {
    return {
      DetailType: 'DiscountLineDetail',
      DiscountLineDetail: { PercentBased: true, DiscountPercent: this.random.pick([5, 10, 12.5]) },
    }
  }

  private put(entity: EntityName, fields: Fields): Stored {
    const stored = importObject(this.company, entity, { ...fields, MetaData: this.stamp() })
    const customer = this.company.find('Customer', refId(stored.fields.CustomerRef))
    // A balance that moves changes the customer's time (quickbooks.md 9.1): it did so then, not now.
    if (customer !== undefined) customer.lastUpdated = this.now
    return stored
  }

  private stamp(): Fields {
    const at = new Date(this.now).toISOString()
    return { CreateTime: at, LastUpdatedTime: at }
  }

  private first(entity: EntityName): string {
    return [...this.company.all(entity)][0]!.id
  }

  private readonly accounts = new Map<string, string>()

  private account(name: string): string | undefined {
    if (!this.accounts.has(name))
      for (const account of this.company.all('Account')) if (account.fields.Name === name) this.accounts.set(name, account.id)
    return this.accounts.get(name)
  }
}
