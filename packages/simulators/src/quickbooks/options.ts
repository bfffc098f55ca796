import type { History } from './seed/history.ts'
import type { PointOptions } from '../shared/points.ts'

export type Country = 'US' | 'CA' | 'GB' | 'AU'

/** How the company charges sales tax (quickbooks.md 11.1). `not-set-up`: automated sales tax that nobody has set up. */
export type TaxModel = 'automated' | 'manual' | 'none' | 'not-set-up' | 'global'

/** Points on which the sources differ or are silent (quickbooks.md 18, 19). The defaults are the ones documented there. */
export interface Switches {
  /** When a refresh answers a new refresh token. Default `daily`: once the value is 24 h old. */
  rotation: 'daily' | 'always'
  /** A code exchanged a second time also ends the tokens of the first exchange. Default true. */
  codeReuseRevokes: boolean
  /** A known requestid with other content. Default `replay`: the stored answer. `refuse`: 600. */
  requestIdReuse: 'replay' | 'refuse'
  /** Deleting an invoice that has payments. Default `unapply`. */
  deletePaidInvoice: 'unapply' | 'refuse'
  /** MAXRESULTS above 1000. Default `refuse`: 4001. */
  pageAbove1000: 'refuse' | 'cap'
  /** 429 as XML although JSON was asked for. Default false. */
  throttleXml: boolean
  /** Seconds in a Retry-After header of a 429. Default none. */
  retryAfter: number | undefined
  /** Status for a token of another company. Default 403. */
  otherRealm: 401 | 403
  /** CDC further back than 30 days. Default `cut`; `all`: as one recording answered. */
  oldCdc: 'cut' | 'refuse' | 'all'
  /** Batch answers in another order than asked. Default false. */
  shuffleBatch: boolean
  /** The UI's "warn when a number is used twice" setting. Default true. */
  warnDuplicateNumbers: boolean
  /** Reads refused for the rest of the month, as when the free CorePlus allowance is spent. Default false. */
  readsBlocked: boolean
  /** A second name written in one batch is refused once with the transient 6000 (quickbooks.md 17.48). Default false. */
  nameCollisions: boolean
  /** The user who connected lost access: 401 with code 120. Default false. */
  userLostAccess: boolean
  /** Writes refused with 6190: the subscription lapsed. Default false. */
  lapsed: boolean
  /** How long a requestid is remembered, in virtual milliseconds. Default: for the life of the store. */
  requestIdLifeMs: number | undefined
  /** Virtual milliseconds during which a write is in flight: its requestid is refused with 600 meanwhile. Default 0. */
  writeMs: number
  /** How many more batch items are refused with 3001 while their batch is 200, the last of a batch first; counts down. Default 0. */
  throttledItems: number
  /** Metered reads a month before reads are blocked until the next one (quickbooks.md 4.1). Default: not metered, as sandboxes are. */
  readsPerMonth: number | undefined
  /** Status of a read once the allowance is spent. Default 429. */
  blockedStatus: 403 | 429
  /** Whether an ExchangeRate that is sent counts. Default `honoured`; `company`: replaced by the company's rate. */
  exchangeRate: 'honoured' | 'company'
  /** Whether automated sales tax takes a TotalTax that is sent. Default `honoured`. */
  taxOverride: 'honoured' | 'ignored'
  /** What `Amount` of a TaxInclusive line means. Default `both`: the gross, or the net beside a TaxInclusiveAmt. */
  inclusiveInput: 'both' | 'gross' | 'net'
  /** What a percent discount on an inclusive form is taken of. Default `gross`. */
  inclusivePercent: 'gross' | 'net'
  /** A minorversion above 75. Default `ignore`: answered as 75. */
  newerMinorVersion: 'ignore' | 'refuse'
  /** Characters outside ISO-8859-1. Default `utf-8`: kept; `question-marks`: stored as `?`; `refuse`: 2040. */
  characters: 'utf-8' | 'question-marks' | 'refuse'
  /** Whether a code_challenge of the authorize page is checked at the exchange. Default `ignored`. */
  pkce: 'ignored' | 'checked'
  /** Virtual milliseconds a rotated refresh token still works. Default 0. */
  refreshGraceMs: number
  /** Countries of customers' addresses are answered as ISO-3, as those of CompanyInfo are. Default false. */
  isoCountries: boolean
}

export const defaultSwitches: Switches = {
  rotation: 'daily',
  codeReuseRevokes: true,
  requestIdReuse: 'replay',
  deletePaidInvoice: 'unapply',
  pageAbove1000: 'refuse',
  throttleXml: false,
  retryAfter: undefined,
  otherRealm: 403,
  oldCdc: 'cut',
  shuffleBatch: false,
  warnDuplicateNumbers: true,
  readsBlocked: false,
  nameCollisions: false,
  userLostAccess: false,
  lapsed: false,
  requestIdLifeMs: undefined,
  writeMs: 0,
  throttledItems: 0,
  readsPerMonth: undefined,
  blockedStatus: 429,
  exchangeRate: 'honoured',
  taxOverride: 'honoured',
  inclusiveInput: 'both',
  inclusivePercent: 'gross',
  newerMinorVersion: 'ignore',
  characters: 'utf-8',
  pkce: 'ignored',
  refreshGraceMs: 0,
  isoCountries: false,
}

/** What QuickBooks admits; counted on the virtual clock at arrival (quickbooks.md 4). */
export interface Limits {
  perMinute: number
  perSecond: number
  concurrent: number
  batchesPerMinute: number
  itemsPerBatch: number
  reportsPerMinute: number
}

export const defaultLimits: Limits = {
  perMinute: 500,
  perSecond: 10,
  concurrent: 10,
  batchesPerMinute: 40,
  itemsPerBatch: 30,
  reportsPerMinute: 200,
}

/** One company file of a server. */
export interface CompanyOptions {
  /** Default `US`. */
  country?: Country
  /** Default `automated` in the US, `global` elsewhere. */
  tax?: TaxModel
  /** `company` (default): chart of accounts, items, tax codes. `blank`: only what no company lacks. */
  contents?: 'company' | 'blank'
  /** Names of payment gateways that get a `<name> clearing` account. */
  gateways?: readonly string[]
  switches?: Partial<Switches>
  /** Customers, goods and documents of the time before the clock starts. Default none. */
  history?: History
}

export interface QuickBooksOptions extends CompanyOptions {
  /** Names the company: realm, credentials and tokens derive from it. Default 1. */
  seed?: number | string
  /** Further companies of the same server, each with its realm, tokens and limits. */
  companies?: readonly CompanyOptions[]
  /** Points of the checklist that are switched off, to see which tests notice. Default none. */
  points?: PointOptions
  /** Where the virtual clock starts: ISO instant or epoch milliseconds. Default 2026-11-22T17:00:00Z. */
  start?: string | number
  /** Real time passes on top of the virtual clock. Default true; false makes every run the same. */
  running?: boolean
  /** Default 0: any free port. */
  port?: number
  /** false: nothing is throttled. Numbers replace single limits. Default true. */
  limits?: boolean | Partial<Limits>
  /** Milliseconds of virtual time that one request counts as in flight. Default 200. */
  serviceMs?: number
  /** Year whose answers are reproduced: fields added later are left out. Default 2026. */
  answersOf?: number
  /** OAuth redirect addresses that are registered. Default `http://localhost:3000/callback` and any loopback address. */
  redirectUris?: readonly string[]
}
