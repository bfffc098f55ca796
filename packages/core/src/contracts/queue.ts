/**
 * Wakes work up. Losing a job or doing one twice is harmless: everything that must happen follows from the state in storage.
 * The embedded queue lies in storage's table `jobs`.
 */
export interface Queue {
  id: string
  enqueue(job: { tenant: string; kind: string; key: string; dueAt: number }): Promise<void>
  /** Calls the handler for due jobs until the signal aborts. */
  work(
    handler: (job: { tenant: string; kind: string; key: string }, options: { signal: AbortSignal }) => Promise<void>,
    options: { signal: AbortSignal },
  ): Promise<void>
}
