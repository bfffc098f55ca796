import type { EntityName } from '../entities/common.ts'
import type { Json } from './request.ts'

/** Groups of one kind between two connections: all summaries of a shop in a company, all payouts of it. */
export interface GroupScope {
  sourceConnection: string
  targetConnection: string
  /** What a group is in the target: `summary` or `payout`. */
  entity: EntityName
}

/** Exact amounts by name, as signed decimal text. What the names mean is the target connector's business; adding and subtracting them is core's. */
export interface GroupAmounts {
  [name: string]: string
}

/**
 * Several records that become one entity. open: takes members · closed: its members are fixed for good, and it is written ·
 * settled: it is written, or nothing was left of it. Never goes back.
 */
export interface StoredGroup extends GroupScope {
  key: string
  state: 'open' | 'closed' | 'settled'
  /** What it is the group of: gateway, currency, day or payout. */
  head: Json
  /** When a member last came, changed or went. */
  changedAt: number
}

/** What one record adds to one group. A record that changed after its group was closed has a part in a later one too: the difference. */
export interface GroupMember extends GroupScope {
  group: string
  memberEntity: EntityName
  memberStream: string
  memberKey: string
  /** How a reader knows it: "Order 1001". */
  title: string
  amounts: GroupAmounts
}

export interface GroupRepository {
  /** By key. */
  get(scope: GroupScope, keys: readonly string[]): Promise<StoredGroup[]>
  /** Those in that state, the one that changed longest ago first. */
  list(scope: GroupScope, state: StoredGroup['state'], limit: number): Promise<StoredGroup[]>
  /** Inserts as given, or changes head and `changedAt` of one that is still open. A closed group stays as it is. */
  save(groups: readonly StoredGroup[]): Promise<void>
  /** True if the group was in the state `from` and is now in `to`: whoever is told so is the only one. */
  transition(scope: GroupScope, key: string, from: StoredGroup['state'], to: StoredGroup['state']): Promise<boolean>
  /** The members of a group, in no order. */
  members(scope: GroupScope, group: string): Promise<GroupMember[]>
  /** All parts of these records, over all groups of the scope. */
  byMembers(scope: GroupScope, memberStream: string, memberKeys: readonly string[]): Promise<GroupMember[]>
  /** Inserts, or replaces title and amounts of a member of the same group. */
  put(members: readonly GroupMember[]): Promise<void>
  remove(scope: GroupScope, group: string, memberStream: string, memberKeys: readonly string[]): Promise<void>
}
