import type { Limits } from './options.ts'

/** Admits or refuses by sliding windows over the times of arrival (quickbooks.md 4). Refused requests use nothing up. */
export interface Throttle {
  /** True when the request is admitted. */
  admit(at: number, kind: { batch: boolean; report: boolean }): boolean
  reset(): void
}

/** @param serviceMs how long a request counts as in flight */
export function throttle(limits: Limits, serviceMs: number): Throttle {
  let last = 0
  let arrivals: number[] = []
  let batches: number[] = []
  let reports: number[] = []
  const within = (times: readonly number[], at: number, span: number) => {
    let count = 0
    for (let index = times.length - 1; index >= 0 && times[index]! > at - span; index--) count++
    return count
  }
  return {
    admit(time, { batch, report }) {
      const at = Math.max(time, last)
      last = at
      if (arrivals.length > 0 && arrivals[0]! <= at - 60_000) arrivals = arrivals.filter((arrival) => arrival > at - 60_000)
      if (batches.length > 0 && batches[0]! <= at - 60_000) batches = batches.filter((arrival) => arrival > at - 60_000)
      if (reports.length > 0 && reports[0]! <= at - 60_000) reports = reports.filter((arrival) => arrival > at - 60_000)
      if (arrivals.length >= limits.perMinute) return false
      if (within(arrivals, at, 1000) >= limits.perSecond) return false
      if (within(arrivals, at, serviceMs) >= limits.concurrent) return false
      if (batch && batches.length >= limits.batchesPerMinute) return false
      if (report && reports.length >= limits.reportsPerMinute) return false
      arrivals.push(at)
      if (report) reports.push(at)
      if (batch) batches.push(at)
      return true
    },
    reset() {
      last = 0
      arrivals = []
      batches = []
      reports = []
    },
  }
}
