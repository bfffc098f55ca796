import type { CaseResult } from './run-case.ts'

/** A story that a kill alone does not tell. */
export interface Situation {
  name: string
  run: (options: { orders: number; seed: number }) => Promise<Pick<CaseResult, 'verdict' | 'kills' | 'hits'> & { killedAt?: string[] }>
}

export const situations: readonly Situation[] = []
