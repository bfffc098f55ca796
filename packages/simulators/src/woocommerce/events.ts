import type { Store } from './store.ts'

/** Queues a delivery for every active webhook of that topic; the same record waits only once (woocommerce.md 17). */
export function emit(store: Store, resource: string, event: string, recordId: number): void {
  const { hooks, queue } = store.data.webhooks
  if (hooks.size === 0) return
  for (const hook of hooks.values()) {
    if (hook.topic !== `${resource}.${event}` || hook.status !== 'active') continue
    const waiting = store.on(99) && queue.some((delivery) => delivery.webhookId === hook.id && delivery.recordId === recordId)
    if (!waiting) queue.push({ webhookId: hook.id, resource, recordId })
  }
}
