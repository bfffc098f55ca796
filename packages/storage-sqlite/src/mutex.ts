/** Lets one piece of asynchronous work in at a time, in the order of asking. */
export function createMutex(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work)
    last = turn.catch(() => {}) // whoever comes next is not concerned by how this one ended
    return turn
  }
}
