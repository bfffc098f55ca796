import { defineConnector, typed, type Page } from '@syncline/core'
import { books as smallBooksConnector } from '../engine/small-books.ts'
import { shop as smallShopConnector, type ShopOrder } from '../engine/small-shop.ts'

const { orders, customers } = smallShopConnector.streams
type ShopClient = ReturnType<typeof smallShopConnector.connect>

/** What the shop says about its own changes beside the records: which orders it deleted, and where its pages break. */
export interface ShopNews {
  /** Told to be deleted, whether they are or not. */
  told: string[]
  /** Reads that pass over everything are answered in pages of so many orders. */
  pageSize: number
  /** Called before each page of such a read. */
  beforePage: (page: number) => void
}

/** The small shop, which also tells deleted orders and passes over all of them where there is no cursor. */
export function movingShop(news: ShopNews) {
  let passes = 0
  return defineConnector({
    ...smallShopConnector,
    streams: {
      customers,
      orders: {
        ...orders,
        cursor: typed<{ after: number; pass?: string; lastId?: string }>(),
        read: async function* ({
          client,
          cursor,
        }: {
          client: ShopClient
          cursor: { after: number; pass?: string; lastId?: string } | undefined
        }): AsyncGenerator<Page<ShopOrder, { after: number; pass?: string; lastId?: string }>> {
          if (cursor !== undefined && cursor.pass === undefined) {
            const records = (await client.get(`orders?after=${cursor.after}`)) as ShopOrder[]
            const gone = news.told.splice(0).map((key) => ({ key, kind: 'deleted' as const }))
            yield { records, gone, cursor: { after: Math.max(cursor.after, ...records.map(({ changedAt }) => changedAt)) } }
            return
          }
          const all = ((await client.get('orders?after=0')) as ShopOrder[]).toSorted((a, b) => (a.id < b.id ? -1 : 1))
          const pass = cursor?.pass ?? `pass ${++passes}`
          let lastId = cursor?.lastId ?? ''
          for (let page = 1; ; page++) {
            news.beforePage(page)
            const records = all.filter(({ id }) => id > lastId).slice(0, news.pageSize)
            lastId = records.at(-1)?.id ?? lastId
            const complete = lastId === (all.at(-1)?.id ?? '')
            const after = Math.max(0, ...all.map(({ changedAt }) => changedAt))
            yield {
              records,
              pass: { id: pass, keys: records.map(({ id }) => id), complete },
              cursor: complete ? { after } : { after, pass, lastId },
            }
            if (complete) return
          }
        },
        confirmGone: async ({ client, ids }: { client: ShopClient; ids: string[] }) => {
          const found = new Set(((await client.get(`orders?ids=${ids.join(',')}`)) as ShopOrder[]).map(({ id }) => id))
          return ids.filter((id) => !found.has(id))
        },
      },
    },
  })
}

/** The small books with receipts that can be voided: for good, or so that it can be taken back. */
export function voidingBooks(reversible: boolean) {
  const { receipts } = smallBooksConnector.streams
  const { write, verify, capabilities } = receipts as Required<typeof receipts>
  return defineConnector({
    ...smallBooksConnector,
    streams: {
      ...smallBooksConnector.streams,
      receipts: {
        ...receipts,
        write: (context: Parameters<typeof write>[0]) => write(context.verb === 'void' ? { ...context, input: { voided: true } } : context),
        edits: { compare: () => [], removed: (record: { fields: { voided?: unknown } }) => record.fields.voided === true },
        verify: (input: { total?: unknown } | undefined, record: Parameters<typeof verify>[1]) =>
          input?.total === undefined ? undefined : verify(input, record),
        capabilities: { ...capabilities, deletes: 'void', ...(reversible && { reversible: ['void' as const] }) },
      },
    },
  } as never)
}
