interface Event {
  at: number
  seq: number
  run: () => void
}

/** Things that happen at instants, in their order; those of one instant in the order they were planned. */
export interface Timeline {
  plan(at: number, run: () => void): void
  /** The next event up to and including that instant, taken off; undefined when there is none. */
  next(until: number): { at: number; run: () => void } | undefined
}

/** A binary heap, since a million orders have millions of events and only those of a few days need to be known. */
export function timeline(): Timeline {
  const heap: Event[] = []
  let seq = 0
  const before = (a: Event, b: Event) => a.at - b.at || a.seq - b.seq
  const swap = (a: number, b: number) => {
    ;[heap[a], heap[b]] = [heap[b]!, heap[a]!]
  }
  const down = () => {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let least = at
      for (const child of [left, right]) if (child < heap.length && before(heap[child]!, heap[least]!) < 0) least = child
      if (least === at) return
      swap(at, least)
      at = least
    }
  }
  return {
    plan(at, run) {
      heap.push({ at, seq: seq++, run })
      for (let child = heap.length - 1; child > 0;) {
        const parent = (child - 1) >> 1
        if (before(heap[child]!, heap[parent]!) >= 0) break
        swap(child, parent)
        child = parent
      }
    },
    next(until) {
      const first = heap[0]
      if (first === undefined || first.at > until) return undefined
      const last = heap.pop()!
      if (heap.length > 0) {
        heap[0] = last
        down()
      }
      return first
    },
  }
}
