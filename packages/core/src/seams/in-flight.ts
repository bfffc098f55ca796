/** Counts requests under way, and tells when the last one has ended. */
export interface InFlight {
  count(): number
  enter(): void
  leave(): void
  /** Called each time the count falls to zero. */
  onIdle(listener: () => void): void
}

/** A counter that the HTTP choke point keeps and a virtual clock watches; share one between all connections of an engine. */
export function createInFlight(): InFlight {
  const listeners: (() => void)[] = []
  let count = 0
  return {
    count: () => count,
    enter: () => void (count += 1),
    leave: () => {
      count -= 1
      if (count === 0) for (const listener of listeners) listener()
    },
    onIdle: (listener) => void listeners.push(listener),
  }
}
