import type { Operation, Repositories } from '../../contracts/storage.ts'

const pageSize = 1_000

/** What a run did to one record of the target, from its first write to its last. */
export interface Deed {
  first: Operation
  last: Operation
}

/** Everything that a run has written and that arrived, per record, in the order in which it was written first. */
export async function writtenBy({ logs, queue }: Repositories, run: string): Promise<Deed[]> {
  const ids: string[] = []
  for (let before: number | undefined; ;) {
    const page = await logs.page({ run, limit: pageSize, ...(before !== undefined && { before }) })
    for (const { operation, outcome } of page)
      if (operation !== undefined && (outcome === 'created' || outcome === 'updated' || outcome === 'removed')) ids.push(operation)
    if (page.length < pageSize) break
    before = page.at(-1)!.id
  }
  ids.reverse()
  const deeds = new Map<string, Deed>()
  for (let from = 0; from < ids.length; from += pageSize) {
    const chunk = ids.slice(from, from + pageSize)
    const found = new Map((await queue.get(chunk)).map((operation) => [operation.id, operation]))
    for (const id of chunk) {
      const operation = found.get(id)
      if (operation?.state !== 'done') continue
      const name = `${operation.entityId}\n${operation.role}`
      const deed = deeds.get(name)
      if (deed === undefined) deeds.set(name, { first: operation, last: operation })
      else deed.last = operation
    }
  }
  return [...deeds.values()]
}
