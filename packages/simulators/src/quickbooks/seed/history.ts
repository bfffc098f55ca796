import type { Company } from '../company.ts'
import { centsText, money, toCents } from '../decimal.ts'
import type { EntityName } from '../entities/names.ts'
import { importObject } from '../import-object.ts'
import type { Stored } from '../stored.ts'
import { today } from '../time.ts'
import { refId, type Fields } from '../values.ts'
import type { Random } from '../../shared/random.ts'
import { customerFields, vendorNames } from './people.ts'
import { seedStock } from './stock.ts'

/** What a company did before the clock starts. */
export interface History {
  /** Sales, refunds, payments, credits and deposits together. */
  documents: number
  /** Default: one for every four documents, at least three. */
  customers?: number
  /** Over how many days before the clock starts. Default 365. */
  days?: number
}

const DAY = 86_400_000

/** Fills a company with customers, goods and documents as a year of business leaves them. The same random numbers make the same books. */
export function seedHistory(company: Company, { documents, customers, days = 365 }: History, random: Random): void {
  new Business(company, random, days * DAY).run(documents, customers ?? Math.max(3, Math.ceil(documents / 4)))
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

  constructor(company: Company, random: Random, span: number) {
    this.company = company
    this.random = random
    this.span = span
    this.start = company.clock.now() - span
    this.now = this.start
    this.codes = company.settings.tax === 'global' ? [...company.all('TaxCode')].map((code) => code.id) : ['TAX', 'TAX', 'NON']
  }

  run(documents: number, customers: number): void {
    this.goods = seedStock(this.company, this.random.fork('stock'), this.stamp())
    for (const DisplayName of vendorNames) this.put('Vendor', { DisplayName })
    const people = this.random.fork('people')
    for (let index = 0; index < customers; index++)
      this.buyers.push(this.put('Customer', customerFields(people, index, this.company.settings.country)))
    for (let index = 0; index < documents; index++) {
      this.now = this.start + Math.floor((this.span * index) / documents)
      this.step()
    }
    this.company.setNextDocNumber(this.number + 1)
  }

  private step(): void {
    const roll = this.random.next()
    if (this.undeposited.length >= 12) this.deposit()
    else if (roll < 0.5) this.sell()
    else if (roll < 0.72) this.open.push(this.form('Invoice', this.random.pick(this.buyers)))
    else if (roll < 0.88 && this.open.length > 0) this.pay()
    else if (roll < 0.95)
      this.form('RefundReceipt', this.random.pick(this.buyers), { DepositToAccountRef: { value: this.account('Checking') } })
    else this.form('CreditMemo', this.random.pick(this.buyers))
  }

  private sell(): void {
    const gateway = this.random.chance(0.6)
    const more = gateway ? { DepositToAccountRef: { value: this.account('Stripe clearing') ?? this.account('Checking') } } : {}
    const receipt = this.form('SalesReceipt', this.random.chance(0.9) ? this.random.pick(this.buyers) : undefined, more)
    if (!gateway) this.undeposited.push(receipt)
  }

  /** Paid in full, in part, or late; some a little too much. */
  private pay(): void {
    const invoice = this.open.splice(this.random.int(0, this.open.length - 1), 1)[0]!
    const due = toCents(invoice.fields.Balance as number)
    const amount = this.random.chance(0.15) ? due / 2n : due
    const payment = this.put('Payment', {
      TxnDate: today(this.now),
      CustomerRef: { value: refId(invoice.fields.CustomerRef) },
      TotalAmt: money(amount + (this.random.chance(0.05) ? 100n : 0n)),
      PaymentMethodRef: { value: this.first('PaymentMethod') },
      PaymentRefNum: String(this.random.int(1000, 9999)),
      Line: [{ Amount: money(amount), LinkedTxn: [{ TxnId: invoice.id, TxnType: 'Invoice' }] }],
    })
    invoice.lastUpdated = this.now
    this.undeposited.push(payment)
  }

  /** What lies in undeposited funds goes to the bank, less a fee now and then. */
  private deposit(): void {
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
    this.put('Deposit', { TxnDate: today(this.now), DepositToAccountRef: { value: this.account('Checking') }, Line: lines })
    this.undeposited = []
  }

  private form(entity: EntityName, buyer: Stored | undefined, more: Fields = {}): Stored {
    const { settings } = this.company
    const taxed = settings.tax === 'global'
    const Line = Array.from({ length: this.random.int(1, 4) }, () => this.line())
    const tax = settings.tax === 'manual' ? { TxnTaxDetail: { TxnTaxCodeRef: { value: this.company.homeTaxCode } } } : {}
    this.number++
    return this.put(entity, {
      TxnDate: today(this.now),
      DocNumber: taxed ? `W-${this.number}` : String(this.number),
      ...(buyer === undefined ? {} : { CustomerRef: { value: buyer.id }, BillAddr: buyer.fields.BillAddr }),
      ...(taxed ? { GlobalTaxCalculation: settings.country === 'CA' ? 'TaxExcluded' : 'TaxInclusive' } : tax),
      ...(this.random.chance(0.2) ? { PrivateNote: 'Phoned in' } : {}),
      Line: this.random.chance(0.15) && entity !== 'CreditMemo' ? [...Line, this.discount()] : Line,
      ...more,
    })
  }

  private line(): Fields {
    const item = this.random.pick(this.goods)
    const Qty = this.random.int(1, 5)
    const UnitPrice = Number(item.fields.UnitPrice)
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
