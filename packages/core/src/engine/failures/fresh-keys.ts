import type { Repositories } from '../../contracts/storage.ts'
import { withAttempt } from '../send/freeze.ts'
import type { WindowPlan } from '../window-plan.ts'

/**
 * A write that was refused goes again under a new idempotency key: under the old one a platform that honours keys would only repeat its
 * refusal, whatever was corrected (RELIABILITY.md I6; quickbooks.md section 5). One whose outcome is unknown keeps its key.
 */
export async function useFreshKeys({ queue }: Repositories, window: WindowPlan): Promise<void> {
  if (window.operations.length === 0) return
  const refused = new Map((await queue.refused(window.operations.map(({ opKey }) => opKey))).map(({ opKey, attempt }) => [opKey, attempt]))
  if (refused.size === 0) return
  window.operations = window.operations.map((operation) => {
    const used = refused.get(operation.opKey)
    if (used === undefined) return operation
    return { ...operation, attempt: used + 1, request: withAttempt(operation, operation.request, used + 1) }
  })
}
