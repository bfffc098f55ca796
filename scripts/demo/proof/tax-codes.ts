import type { Books, BooksDocument } from './books-ledger.ts'
import type { Catalogue } from './catalogue.ts'
import { combination, type Content } from './expected-lines.ts'
import type { Difference } from './findings.ts'
import { amount, sum, words, type Amount } from './money.ts'
import type { Question } from './question.ts'

/** How lines are taxed in the books. */
export interface TaxCodes {
  /** True where the company keeps tax by rate; false where it takes a total and spreads it itself (ACCOUNTING.md 4). */
  perRate: boolean
  differences: (wanted: Content, document: BooksDocument) => Difference[]
}

/** Throws for a company whose way of charging tax this proof does not cover. */
export function taxCodesOf({ company }: Books, { taxCodes = {} }: Question, catalogue: Catalogue): TaxCodes {
  const { tax } = company
  if (tax !== 'global' && tax !== 'automated')
    throw new Error(`The proof covers companies with global or automated sales tax, not "${tax}".`)
  const names = new Map(Object.entries(taxCodes).map(([rates, code]) => [combination(rates.split('+')), code]))
  /** Code id by the name that the bookkeeper chose, as the first document shows it; the ledger has ids only. */
  const idOf = new Map<string, string>()
  const nameOf = (rates: string) =>
    tax === 'automated' ? (rates === '' ? 'NON' : 'TAX') : rates === '' ? 'the exempt code' : (names.get(rates) ?? `no code for ${rates}`)
  const codeDiffers = (rates: string, code: string): Difference[] => {
    const name = nameOf(rates)
    const id = tax === 'automated' ? name : (idOf.get(name) ?? code)
    const taken = [...idOf].find(([other, used]) => used === code && other !== name)
    if (!idOf.has(name) && taken === undefined) idOf.set(name, code)
    if (id === code && taken === undefined) return []
    return [{ field: 'tax code', shop: name, books: taken === undefined ? `code ${code}` : `the code of ${taken[0]}` }]
  }
  return {
    perRate: tax === 'global',
    differences: (wanted, document) => {
      const differences = tax === 'global' ? compareBases(wanted, document) : []
      for (const line of document.lines) {
        if (line.itemId === undefined || line.taxCode === undefined || amount(line.amount).eq(0)) continue
        const same = wanted.lines.filter((candidate) => candidate.item === catalogue.nameOf(line.itemId))
        const rates = new Set(same.map((candidate) => candidate.rates))
        const [only] = rates
        // Lines of one item under different taxes are told apart by their bases above.
        if (rates.size === 1 && only !== undefined) differences.push(...codeDiffers(only, line.taxCode))
      }
      return differences
    },
  }
}

/** Net amount under each percentage: tells a line under a wrong code even where the tax amounts were set by hand. */
function compareBases({ lines, rates }: Content, document: BooksDocument): Difference[] {
  if (lines.some((line) => line.rates === undefined)) return []
  const percents = new Map(rates.map((rate) => [String(rate.id), rate.percent.toString()]))
  const wanted = new Map<string, Amount>()
  for (const line of lines)
    for (const percent of new Set((line.rates ?? '').split('+').map((id) => percents.get(id))))
      if (percent !== undefined && percent !== '0') wanted.set(percent, (wanted.get(percent) ?? amount(0)).plus(line.exact))
  const booked = Map.groupBy(
    document.tax.rates.filter((rate) => rate.percent !== 0),
    (rate) => amount(rate.percent).toString(),
  )
  return [...new Set([...wanted.keys(), ...booked.keys()])].flatMap((percent) => {
    const shop = wanted.get(percent) ?? amount(0)
    const books = sum((booked.get(percent) ?? []).map((rate) => amount(rate.net)))
    return books.minus(shop).abs().lte(amount('0.005').times(lines.length))
      ? []
      : [{ field: `amount taxed at ${percent} %`, shop: words(shop), books: words(books) }]
  })
}
