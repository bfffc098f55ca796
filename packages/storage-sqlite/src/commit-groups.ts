/** One connection as far as transactions go. */
export interface TransactionControl {
  /** Resolves once the connection has the write lock. */
  begin(): Promise<void>
  /** Savepoints, commit and rollback. */
  exec(sql: string): void
  /** False when the database has rolled back by itself, as it does when the disk is full. */
  isOpen(): boolean
}

interface Member {
  work: () => Promise<unknown>
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

/** How many transactions share a commit at most: those at the front should not wait for a long tail. */
const most = 16

/**
 * Runs transactions one after the other, each all or nothing. Those that wait at the same time share one commit, and so one flush to the
 * disk, which is what a small transaction costs most; each is answered only when that commit is done.
 */
export function createCommitGroups(control: TransactionControl): <T>(work: () => Promise<T>) => Promise<T> {
  let waiting: Member[] = []
  let running = false

  const runAll = async (): Promise<void> => {
    running = true
    await Promise.resolve() // whoever asks in the same turn joins the first group
    while (waiting.length > 0) {
      const group = waiting.slice(0, most)
      waiting = waiting.slice(most)
      waiting = [...(await runGroup(control, group)), ...waiting]
    }
    running = false
  }

  return <T>(work: () => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ work, resolve: (value) => resolve(value as T), reject })
      if (!running) void runAll()
    })
}

/** Returns those who have to try again, because the database gave the transaction up before it was their turn. */
async function runGroup(control: TransactionControl, group: readonly Member[]): Promise<readonly Member[]> {
  try {
    await control.begin()
  } catch (error) {
    for (const member of group) member.reject(error)
    return []
  }
  const shared = group.length > 1
  const succeeded: { member: Member; value: unknown }[] = []
  const failed: { member: Member; error: unknown }[] = []
  const answer = () => {
    for (const { member, value } of succeeded) member.resolve(value)
    for (const { member, error } of failed) member.reject(error)
  }
  const failAll = (error: unknown) => {
    if (control.isOpen()) control.exec('rollback')
    failed.push(...succeeded.splice(0).map(({ member }) => ({ member, error })))
    answer()
  }

  for (const [index, member] of group.entries()) {
    try {
      if (shared) control.exec('savepoint member')
      const value = await member.work()
      if (shared) control.exec('release member')
      succeeded.push({ member, value })
    } catch (error) {
      failed.push({ member, error })
      if (!control.isOpen()) {
        failAll(error)
        return group.slice(index + 1)
      }
      if (shared) control.exec('rollback to member; release member')
    }
  }
  try {
    control.exec(succeeded.length > 0 ? 'commit' : 'rollback')
  } catch (error) {
    failAll(error)
    return []
  }
  answer()
  return []
}
