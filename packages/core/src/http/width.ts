/** How many requests may be under way at once at a platform that does not say how many it takes. */
export interface Width {
  now(): number
  /** A request has ended. `trouble`: it was slow, or failed on the platform's side. `sentAt`: when it was sent, on the same clock as `at`. */
  ended(request: { trouble: boolean; sentAt: number; at: number }): void
  /** The platform refused for being asked too often. */
  refused(at: number): void
}

/** Good answers in a row, for each request that may be under way, after which there may be one more. */
const goodPerStep = 8

/**
 * Starts low, grows by one after a row of good answers, halves with every sign of trouble: additive increase, multiplicative decrease.
 * Signs of one and the same burst halve once.
 */
export function createWidth({ from, most }: { from: number; most: number }): Width {
  let width = Math.min(from, most)
  let good = 0
  let halvedAt = -Infinity

  const halve = (at: number) => {
    width = Math.max(1, Math.floor(width / 2))
    good = 0
    halvedAt = at
  }

  return {
    now: () => width,
    refused: halve,
    ended({ trouble, sentAt, at }) {
      if (trouble) {
        if (sentAt >= halvedAt) halve(at)
        return
      }
      good += 1
      if (good < goodPerStep * width) return
      good = 0
      width = Math.min(most, width + 1)
    },
  }
}
