import type { EntityName } from '../entities/common.ts'
import type { Entities } from '../entities/entity.ts'
import type { Need, ProjectContext } from './connector.ts'
import type { GroupAmounts } from './groups.ts'
import type { Json } from './request.ts'

/** Which group: its key, and what it is the group of. `head` becomes the entity's own fields beside `key` and `members`. */
export interface GroupName {
  key: string
  head: { [field: string]: Json }
}

/** Where a record is that is posted in a group. */
export interface GatheredIn {
  group: string
  /** True once a group that it is part of is closed: it is in the books, or on the way there. */
  closed: boolean
}

/** What one record adds to a group, as it is now. */
export interface GatheredPart {
  group: GroupName
  amounts: GroupAmounts
  /** How a reader knows the member: "Order 1001". */
  title: string
}

export interface GroupContext<Policy> {
  policy: Policy
  /** Settings of the source connection, and of the target's. */
  source: unknown
  target: unknown
  /** Epoch milliseconds. */
  now: number
}

/** An entity of the target that is made of several records of the source: a day's summary, a payout. */
export interface GatherSpec<Policy> {
  /** Entities whose records are members. A pipeline that reads the first of them writes the groups; those that read others only take in. */
  from: readonly EntityName[]
  /** What the groups are called among the source's streams, in links and rows. */
  stream: string
  /** True: a member is posted in its group only. The other pipelines leave it out (`ProjectContext.gatheredIn`). */
  exclusive: boolean
  /** What must be known about a member's documents before `part` is asked. Only `look` needs. */
  needs?: (member: Entities[EntityName]) => Need[]
  /** Pure: what a member adds now, or why nothing. Throws what keeps it from being told; that one is set aside, and the others go on. */
  part: (member: Entities[EntityName], entity: EntityName, context: ProjectContext<Policy>) => GatheredPart | { skipped: string }
  /** Pure: the group's head from the one it has and the one that a member names. Default: the member's. */
  join?: (before: GroupName['head'], now: GroupName['head']) => GroupName['head']
  /** Pure: where something goes that came after this group was closed. Asked again with its own answer while that one is closed too. */
  late: (group: GroupName, context: GroupContext<Policy>) => GroupName
  /** Pure: whether all members have had the time to arrive. The group is then closed for good and written. */
  complete: (group: GroupName & { changedAt: number }, context: GroupContext<Policy>) => boolean
}
