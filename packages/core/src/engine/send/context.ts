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
  /** Renews the lease when its time has come. */
  keep: () => Promise<void>
  seams: Seams
  defaults: EngineDefaults
  run: Run
  /** The platform asked to slow down. */
  throttled: (retryAfterMs: number | undefined) => void
  signal: AbortSignal | undefined
  /** Called after every settled group of writes. */
  progress: (settled: number) => void
  failed: (operation: Operation, error: StoredError) => void
}
