import type { LogEntry } from '../contracts/history.ts'
import type { Baseline, Failure, Link, Operation, StoredError } from '../contracts/storage.ts'
import type { MemberPart } from './groups/amounts.ts'
import type { Subject } from './wanted.ts'

/** A record that this plan cannot send, with its reason. */
export interface Problem {
  pipeline: string
  entity: Subject['entity']
  sourceStream: string
  sourceKey: string
  role: string
  title: string
  /** waiting: it will be looked at again by itself; parked: a person has to do something. */
  state: Extract<Failure['state'], 'parked' | 'waiting'>
  error: StoredError
}

/** What planning one window of records came to. */
export interface WindowPlan {
  operations: Operation[]
  /** Links found on the way: records of the target that were there already. */
  links: Link[]
  /** Links of records that stand for another entity from now on. */
  rehomed: Link[]
  /** Agreements that need no write. */
  baselines: Omit<Baseline, 'revision'>[]
  problems: Problem[]
  /** What records add to groups that they belong to: kept whether or not the plan is applied. */
  parts: MemberPart[]
  logs: Omit<LogEntry, 'run' | 'at'>[]
  /** Keys of source records that are in order: their failures are over. */
  settledKeys: string[]
  /** Records of the target that the other direction of a two-way pipeline has to look at. */
  elsewhere: string[]
  /** Keys of source records that were said or thought to be gone and are there. */
  present: string[]
  counts: { read: number; unchanged: number; skipped: number; adopted: number; failed: number }
}

export function emptyWindow(): WindowPlan {
  return {
    operations: [],
    links: [],
    rehomed: [],
    baselines: [],
    problems: [],
    parts: [],
    logs: [],
    settledKeys: [],
    elsewhere: [],
    present: [],
    counts: { read: 0, unchanged: 0, skipped: 0, adopted: 0, failed: 0 },
  }
}
