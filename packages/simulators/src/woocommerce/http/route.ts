import type { Store } from '../store.ts'
import type { Params } from './query.ts'
import type { Args } from './schema.ts'

/** What a caller must be allowed to do; decides the error code (woocommerce.md 2). */
export type Action = 'list' | 'view' | 'create' | 'edit' | 'delete' | 'batch' | 'public'

export interface Context {
  store: Store
  userId: number
  method: string
  /** Ids from the path. */
  ids: Record<string, number>
  /** Other names from the path. */
  names: Record<string, string>
  /** Query and body merged, the body wins; query values have their declared types. */
  params: Params
  /** Only what the body said, untyped. */
  body: Params
  /** Set for a whole batch: entries are neither validated nor trashed (woocommerce.md 14). */
  inBatch: boolean
}

export interface Reply {
  status: number
  body: unknown
  headers?: Record<string, string>
  /** Of a collection. */
  paging?: Paging
  /** False for collections that must not keep `_links` under `_fields`. */
  single?: boolean
  /** True: no `Allow`, because after the work nobody may do anything with the record. */
  silent?: boolean
}

export interface Paging {
  total: number
  pages: number
  page: number
  /** Parameters the shop adds to its `Link` URLs by itself. */
  extra?: [string, string][]
}

export interface Endpoint {
  action: Action
  args: Args
  handle(context: Context): Reply
  /** Checked where rights are checked; its errors carry no `Allow` header. */
  guard?(context: Context): void
}

export interface Route {
  /**
   * `orders/{id}`; a name in braces takes digits, `{slug*}`, `{id+}` and `{code3}` anything but a slash: they differ in how the shop's
   * index spells them.
   */
  path: string
  methods: Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Endpoint>>
}

export function item(body: unknown, status = 200, headers?: Record<string, string>): Reply {
  return { status, body, headers, single: true }
}

export function list(body: unknown[], paging?: Paging): Reply {
  return { status: 200, body, paging }
}

/** `POST`, `PUT` and `PATCH` on an item are the same partial update (woocommerce.md 1). */
export function editable(endpoint: Endpoint): Route['methods'] {
  return { POST: endpoint, PUT: endpoint, PATCH: endpoint }
}
