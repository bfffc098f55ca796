import type { ClaimedJob } from '@syncline/core'
import { breaks, inRepository, inSystem, type Breakage } from './breakage.ts'

export const brokenJobs: Breakage[] = [
  breaks('with one id are one job, due at the earlier time', () =>
    inRepository('jobs', (jobs) => ({
      async enqueue(job) {
        await jobs.complete(job.id)
        await jobs.enqueue(job)
      },
    })),
  ),
  breaks('are not given out before they are due', () => {
    let waiting: { tenant: string; id: string } | undefined
    const jobs = inRepository('jobs', (jobs, _, tenant) => ({
      async enqueue(job) {
        waiting = { tenant, id: job.id }
        await jobs.enqueue(job)
      },
    }))
    const system = inSystem((system) => ({
      async claimJob(claim) {
        const job = (await system.claimJob(claim)) ?? (waiting && claim.passOver === undefined ? { ...waiting, attempts: 1 } : undefined)
        waiting = undefined
        return job
      },
    }))
    return (storage) => system(jobs(storage))
  }),
  breaks('are given out again, as another attempt, when their claim ends without completion', () =>
    inSystem((system) => ({
      async claimJob(claim) {
        const job = await system.claimJob(claim)
        return job && { ...job, attempts: 1 }
      },
    })),
  ),
  breaks('are given out in the order in which they are due, whoever they belong to', () => {
    let held: ClaimedJob | undefined
    return inSystem((system) => ({
      async claimJob(claim) {
        const first = held ?? (await system.claimJob(claim))
        held = undefined
        const second = first && (await system.claimJob(claim))
        if (second) held = first
        return second ?? first
      },
    }))
  }),
  breaks('go to exactly one of two competing workers', () => {
    let running: { opening: unknown; claim: Promise<ClaimedJob | undefined> } | undefined
    return (storage) => {
      const opening = {}
      return inSystem((system) => ({
        async claimJob(options) {
          if (running && running.opening !== opening) return await running.claim
          const claim = system.claimJob(options)
          running = { opening, claim }
          return await claim.finally(() => (running = undefined))
        },
      }))(storage)
    }
  }),
]
