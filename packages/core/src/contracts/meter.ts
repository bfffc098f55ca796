import type { OutgoingRequest } from './http.ts'

/** Reads that a platform counts and charges, or stops when they are used up. */
export interface MeterSpec<Config> {
  /** False for a connection whose reads are free (a sandbox). */
  applies: (config: Config) => boolean
  /** Pure: what a request counts when it succeeds; 0 for one that is not counted. */
  reads: (request: Pick<OutgoingRequest, 'kind' | 'method' | 'url' | 'body'>) => number
}
