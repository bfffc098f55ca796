import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenMetrics: Breakage[] = [
  breaks('add up, are read by time and pipeline, and end with pruning', () =>
    inRepository('metrics', (metrics) => ({ prune: async (before) => metrics.prune(before + 1) })),
  ),
]
