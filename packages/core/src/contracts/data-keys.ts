/** A key that bodies of one tenant are encrypted with, itself encrypted under a key of the host. */
export interface StoredDataKey {
  id: string
  sealed: string
  madeAt: number
}

export interface DataKeyRepository {
  /** Throws `assertion_failed` for an id that is there already. */
  add(key: StoredDataKey): Promise<void>
  get(ids: readonly string[]): Promise<StoredDataKey[]>
  /** The one that was made last. */
  newest(): Promise<StoredDataKey | undefined>
  /** All, the oldest first. */
  list(): Promise<StoredDataKey[]>
  /** The same key under another key of the host. */
  reseal(id: string, sealed: string): Promise<void>
}
