import type { Fence, Operation, Run, StoredError, TenantStorage } from '../../contracts/storage.ts'
import type { Seams } from '../../seams/seams.ts'
import type { AnyConnector } from '../any-connector.ts'
import type { EngineDefaults } from '../defaults.ts'
import type { OpenConnection } from '../plan-scope.ts'

/** What sending needs: where to, under whose lease, and whom to tell. */
export interface SendContext {
  tenant: string
  storage: TenantStorage
  source: { id: string; connector: AnyConnector }
  target: OpenConnection & { connector: AnyConnector }
  fence: Fence
  /** Renews the lease when its time has come. Throws `lease_lost`. */
  keep: () => Promise<void>
  /** Fires when the lease is lost: whatever is under way ends, and nobody knows what became of it. */
  lost: AbortSignal
  seams: Seams
  defaults: EngineDefaults
  run: Run
  /** What kind of plan each operation stands in, as far as it was asked for: recovery sends what runs of another kind accepted. */
  modes: Map<string, Run['mode'] | undefined>
  /** The platform asked to slow down. */
  throttled: (retryAfterMs: number | undefined) => void
  /** Nothing new is begun any more: heeded between writes and by waits and reads, never by a write that is under way. */
  signal: AbortSignal | undefined
  /** Ends even writes that are under way; their outcome is then unknown and decided by the next run. */
  hard: AbortSignal | undefined
  /** Source records with open failures, by `failingName`: an arrival closes them in the transaction that settles it. */
  failing: Set<string>
  /** The database was put back from a copy: what it does not know may be in the target all the same, and is looked for before it is created. */
  afterRestore: boolean
  /** Called after every settled group of writes. */
  progress: (settled: number) => void
  failed: (operation: Operation, error: StoredError) => void
}

/** Names a source record whose failures are open. */
export function failingName({ pipeline, sourceStream, sourceKey }: Pick<Operation, 'pipeline' | 'sourceStream' | 'sourceKey'>): string {
  return `${pipeline}\n${sourceStream}\n${sourceKey}`
}
