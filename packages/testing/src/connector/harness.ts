import type { SpiedRequest } from '../seams/transport-spy.ts'

export interface ConnectorSuite {
  name: string
  /** A value made by `defineConnector`. */
  connector: { readonly id: string; readonly streams: object }
  /** A platform of its own for one case, or a corner of one that no other case sees: a tenant, a company. */
  open: () => Promise<ConnectorHarness>
}

/** What the suite needs to know and do at the platform, past the connector: by its side door, never through the code under test. */
export interface ConnectorHarness {
  config: unknown
  credentials: Record<string, unknown>
  /** Well-formed, and refused by the platform. */
  badCredentials: Record<string, unknown>
  /** OAuth: what the platform answers when fresh credentials are asked for. Default: it throws `needs_reauth`. */
  renew?: () => Promise<unknown>
  /** The network. Default: this process's own fetch. */
  fetch?: typeof globalThis.fetch
  /** Where the platform's clock stands, epoch milliseconds. Default: now. */
  now?: number
  /** A simulator's header that tells it the time. */
  clockHeader?: string
  /** Moves the platform's clock on, where it can be moved. */
  advance?: (milliseconds: number) => void | Promise<void>
  /** Requests that only read although they are neither GET, HEAD nor OPTIONS. Default: none. */
  readsByPost?: (request: SpiedRequest) => boolean
  /** How many requests the platform refused so far for being asked too often. */
  refusals?: () => number | Promise<number>
  /** Absent: the connector has no stream to read, which the suite proves. */
  read?: ReadHarness
  /** Absent: the connector has no stream to write, which the suite proves. */
  write?: WriteHarness
  close: () => void | Promise<void>
}

export interface NewRecord {
  /** Unique in the case: letters, digits and dashes. */
  label: string
  text?: string
  amount?: string
}

export interface ReadHarness {
  stream: string
  /** Enough records for at least three pages. */
  many: number
  /** Creates records at the platform and returns their keys as the stream's `key` gives them, in the same order. */
  create: (records: NewRecord[]) => Promise<string[]>
  /** Changes a record, so that a read for changes must hand it out again. Absent: the platform's records never change. */
  change?: (key: string) => Promise<void>
  /** Takes a record away for good, where that is possible. */
  remove?: (key: string) => Promise<void>
  /** The text and amount given to `create`, out of what was read: the entity where the stream has `toEntity`, else the record. */
  text: (value: unknown) => string
  amount: (value: unknown) => string
  /** A property of the platform's records without which they mean nothing. */
  neededField: string
  /** Most requests that a read may make when nothing has changed. Default 1. */
  idleRequests?: number
  values?: SampleValues
}

export interface WriteHarness {
  stream: string
  /** An input of that stream; the same label is the same record by whatever the platform tells records apart. */
  input: (record: NewRecord) => unknown
  /** An input that the stream accepts and the platform refuses; in a batch the others go through. Absent when there are no batches. */
  refused?: (label: string) => unknown
  /** The records that the platform holds for a label. */
  stored: (label: string) => Promise<{ id: string; text: string; amount: string }[]>
  values?: SampleValues
}

/** What the platform can hold, when that is less than everything. */
export interface SampleValues {
  /** Default: letters of several scripts, an emoji, quotes, backslash, ampersand, percent sign. */
  text?: string
  /** The most characters of a text. Default 2000. */
  longest?: number
  /** Default: cents that floats get wrong, and many digits. */
  amounts?: string[]
  /** False: the records carry no amount of money. */
  money?: boolean
}
