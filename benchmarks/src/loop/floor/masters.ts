import { quickbooks } from '@syncline/connector-quickbooks'
import { slotName, type DocumentWanted, type Found } from '@syncline/core'
import type { Projected } from './project.ts'
import type { Link } from './store.ts'

type Books = ReturnType<typeof quickbooks.connect>
type Input = DocumentWanted['input']

export interface Master {
  of: Projected
  document: DocumentWanted
  input: Input
}

/** What a loop remembers of the books while it runs. */
export interface Memory {
  /** Records that stand for something of the shop, by slot. */
  links: Map<string, Link>
  /** Names that are taken, per stream, folded. */
  names: Set<string>
  /** E-mails and SKUs of masters of this run: their slot. */
  identities: Map<string, string>
  /** Slots that are another name for the record of a slot. */
  aliases: Map<string, string>
}

export function emptyMemory(): Memory {
  return { links: new Map(), names: new Set(), identities: new Map(), aliases: new Map() }
}

/** Customers and items that must be made: not there already, each once, under names that nobody else has. */
export async function missingMasters(client: Books, settings: unknown, projected: readonly Projected[], memory: Memory): Promise<Master[]> {
  const masters: Master[] = []
  for (const stream of ['customers', 'items'] as const) {
    const spec = quickbooks.streams[stream]
    const wanted = projected.flatMap((of) =>
      of.documents.filter((document) => document.stream === stream).map((document) => ({ of, document })),
    )
    if (wanted.length === 0) continue
    const found: Found[][] = await spec.find!({ client, wanted: wanted.map(({ document }) => ({ input: document.input })), settings })
    wanted.forEach(({ of, document }, index) => {
      const slot = slotName(of.entity, of.key, document.role)
      const there = found[index]!.find(({ plausible }) => plausible)
      if (there !== undefined) {
        memory.links.set(slot, { stream, target: there.id })
        return
      }
      const identity = spec.identity!(document.input)
      const twin = identity === undefined ? undefined : memory.identities.get(`${stream}/${identity}`)
      if (twin !== undefined) {
        memory.aliases.set(slot, twin)
        return
      }
      if (identity !== undefined) memory.identities.set(`${stream}/${identity}`, slot)
      let input = document.input
      if (found[index]!.length > 0 || memory.names.has(folded(stream, input))) input = spec.unique!.suffixed(input, of.key)
      memory.names.add(folded(stream, input))
      masters.push({ of, document, input })
    })
  }
  return masters
}

function folded(stream: 'customers' | 'items', input: Input): string {
  return `${stream}/${quickbooks.streams[stream].unique!.name(input).trim().toLowerCase()}`
}
