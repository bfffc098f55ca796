import type { EntityName } from './entities/names.ts'
import type { Country, Limits, Switches, TaxModel } from './options.ts'
import type { Fields } from './values.ts'
import type { Points } from '../shared/points.ts'

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
  /** Pieces that this document took from the stock, per item, in 1/100,000. */
  stock?: Map<string, bigint>
  deleted: boolean
  voided: boolean
  /** Pseudo tax codes answer without SyncToken, domain and sparse (quickbooks.md 10.12). */
  bare?: boolean
  /** Creates of accounts answer without LastUpdatedTime (quickbooks.md 10.1). */
  fresh?: boolean
  /** Imported from an answer: optional fields that it lacked stay away. */
  recorded?: boolean
  /** Further MetaData. */
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
  /** Fields that came later than this year are not answered. */
  answersOf: number
  switches: Switches
  points: Points
}
