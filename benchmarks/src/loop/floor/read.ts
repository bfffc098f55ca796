export interface ShopReader {
  fetch: typeof globalThis.fetch
  headers: Record<string, string>
  base: string
}

interface Row {
  id: number
  date_modified_gmt: string
}

const perPage = 100

/** All orders, page by page. */
export async function* readOrders(
  shop: ShopReader,
  statuses: readonly string[],
): AsyncGenerator<{ records: Row[]; page: number; last: boolean }> {
  for (let page = 1; ; page++) {
    const { rows, pages } = await list(
      shop,
      `orders?dp=6&status=${statuses.join('%2C')}&orderby=id&order=asc&per_page=${perPage}&page=${page}`,
    )
    yield { records: rows, page, last: page >= pages }
    if (page >= pages) return
  }
}

/** Customers or products by id, a hundred a request; products with their variations. */
export async function readRecords(shop: ShopReader, what: 'customers' | 'products', ids: readonly string[]): Promise<Row[]> {
  const found: Row[] = []
  for (let start = 0; start < ids.length; start += perPage) {
    const include = ids.slice(start, start + perPage).join('%2C')
    const { rows } = await list(shop, `${what}?${what === 'customers' ? 'role=all&' : ''}include=${include}&per_page=${perPage}`)
    found.push(...rows)
  }
  return what === 'customers' ? found : Promise.all(found.map((product) => withVariations(shop, product)))
}

async function withVariations(shop: ShopReader, product: Row): Promise<Row> {
  const { type } = product as Row & { type?: string }
  const variants =
    type === 'variable' ? (await list(shop, `products/${product.id}/variations?per_page=${perPage}&orderby=id&order=asc`)).rows : []
  return Object.assign(product, { variants })
}

async function list({ fetch, headers, base }: ShopReader, path: string): Promise<{ rows: Row[]; pages: number }> {
  const response = await fetch(`${base}/${path}`, { headers })
  if (!response.ok) throw new Error(`The shop answered ${response.status} to ${path}`)
  return { rows: JSON.parse(await response.text()) as Row[], pages: Number(response.headers.get('x-wp-totalpages')) }
}
