import type { BooksDocument } from './books-ledger.ts'
import type { Catalogue } from './catalogue.ts'
import type { Content, ExpectedLine } from './expected-lines.ts'
import type { Difference } from './findings.ts'
import { amount, sum, toCents, words, type Amount } from './money.ts'

type BooksLine = BooksDocument['lines'][number]

/** Amounts of a sale or refund in the books against what they must be: total, tax, tax per rate, amount per line and account. */
export function compareContent(wanted: Content, document: BooksDocument, catalogue: Catalogue, perRate: boolean): Difference[] {
  return [
    ...differs('total', wanted.total, amount(document.total)),
    ...differs('tax', wanted.tax, amount(document.tax.total)),
    ...(perRate ? compareRates(wanted, document) : []),
    ...compareLines(wanted, document, catalogue),
  ]
}

export function differs(field: string, shop: Amount, books: Amount): Difference[] {
  return shop.eq(books) ? [] : [{ field, shop: words(shop), books: words(books) }]
}

/** Rates of the books have other ids, so rates of the same percentage on one document are taken together. */
function compareRates({ rates, tax }: Content, document: BooksDocument): Difference[] {
  const charged = Map.groupBy(
    rates.filter((rate) => !rate.exact.eq(0)),
    (rate) => rate.percent.toString(),
  )
  const booked = Map.groupBy(
    document.tax.rates.filter((rate) => !amount(rate.amount).eq(0)),
    (rate) => amount(rate.percent).toString(),
  )
  // Each rate rounds half up; only where they then miss the total tax may a rate be a unit away, and the total decides.
  const exact = sum(rates.map((rate) => toCents(rate.exact))).eq(tax)
  return [...new Set([...charged.keys(), ...booked.keys()])].flatMap((percent) => {
    const own = charged.get(percent) ?? []
    const shop = sum(own.map((rate) => rate.exact))
    const books = sum((booked.get(percent) ?? []).map((rate) => amount(rate.amount)))
    const equal = exact
      ? books.eq(sum(own.map((rate) => toCents(rate.exact))))
      : books
          .minus(shop)
          .abs()
          .lt(amount('0.01').times(Math.max(1, own.length)))
    return equal ? [] : [{ field: `tax ${own[0]?.label ?? `${percent} %`}`, shop: words(toCents(shop)), books: words(books) }]
  })
}

function compareLines({ lines, total, tax }: Content, document: BooksDocument, catalogue: Catalogue): Difference[] {
  const wanted = Map.groupBy(
    lines.filter((line) => !line.exact.eq(0)),
    (line) => line.item,
  )
  const booked = Map.groupBy(
    document.lines.filter((line) => line.kind !== 'SubTotalLineDetail' && !amount(line.amount).eq(0)),
    (line) => catalogue.nameOf(line.itemId),
  )
  // Rounded half up, each line; only where the lines then miss the total may one be a unit away.
  const exact = sum(lines.map((line) => toCents(line.exact)))
    .plus(tax)
    .eq(total)
  const movements = new Map(
    document.movements.filter((movement) => movement.lineId !== undefined).map((movement) => [movement.lineId!, movement]),
  )
  const differences: Difference[] = []
  for (const item of new Set([...wanted.keys(), ...booked.keys()])) {
    if (wanted.get(item)?.some(({ inParts }) => inParts)) {
      differences.push(...compareTogether(item, wanted.get(item)!, booked.get(item) ?? [], movements))
      continue
    }
    const shop = (wanted.get(item) ?? []).sort((a, b) => a.exact.cmp(b.exact))
    const books = (booked.get(item) ?? []).sort((a, b) => amount(a.amount).cmp(amount(b.amount)))
    for (let at = 0; at < Math.max(shop.length, books.length); at++)
      differences.push(...compareLine(item, shop[at], books[at], exact, movements))
  }
  return differences
}

/** Lines of one item that the books may hold in parts: their sum, and that all of it lies on the account. */
function compareTogether(
  item: string,
  lines: readonly ExpectedLine[],
  books: readonly BooksLine[],
  movements: ReadonlyMap<string, { account: string; amount: string }>,
): Difference[] {
  const shop = sum(lines.map((line) => toCents(line.exact)))
  const booked = sum(books.map((line) => amount(line.amount)))
  const account = lines[0]!.account
  const elsewhere = books.filter((line) => movements.get(line.id ?? '')?.account !== account)
  if (booked.minus(shop).abs().lt('0.01') && elsewhere.length === 0) return []
  return [
    {
      field: `lines of ${item}`,
      shop: `${words(shop)} on ${account}`,
      books: `${words(booked)}${elsewhere.length > 0 ? ', not all there' : ''}`,
    },
  ]
}

function compareLine(
  item: string,
  shop: ExpectedLine | undefined,
  line: BooksLine | undefined,
  exact: boolean,
  movements: ReadonlyMap<string, { account: string; amount: string }>,
): Difference[] {
  const field = `line ${shop?.name ?? line?.itemName ?? item}`
  const movement = movements.get(line?.id ?? '')
  const booked = line && `${line.amount} on ${movement?.account ?? 'no account'}`
  if (shop === undefined || line === undefined)
    return [{ field, shop: shop === undefined ? 'none' : words(toCents(shop.exact)), books: booked ?? 'none' }]
  const books = amount(line.amount)
  const sameAmount = exact ? books.eq(toCents(shop.exact)) : books.minus(shop.exact).abs().lt('0.01')
  const samePlace = movement?.account === shop.account && amount(movement.amount).abs().eq(books.abs())
  const sameCount = shop.quantity === undefined || shop.quantity <= 0 || line.quantity === undefined || line.quantity === shop.quantity
  if (sameAmount && samePlace && sameCount) return []
  const count = (quantity: number | undefined) => (sameCount ? '' : `, quantity ${quantity}`)
  return [
    { field, shop: `${words(toCents(shop.exact))} on ${shop.account}${count(shop.quantity)}`, books: `${booked}${count(line.quantity)}` },
  ]
}
