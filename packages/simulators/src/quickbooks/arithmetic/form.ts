import type { Company } from '../company.ts'
import type { Posting, Stored } from '../stored.ts'
import { allocate, decimal, divideHalfUp, money, percentOf, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import { fieldsOf, refId, type Fields } from '../values.ts'
import { readLines, type FormLine } from './lines.ts'
import {
  automatedCode,
  netOfGross,
  overrideRates,
  overrideTotal,
  taxDetail,
  taxInGross,
  taxOnNet,
  type Bases,
  type RateTax,
} from './tax.ts'

export interface FormResult {
  /** Lines as answered, SubTotal, discount and shipping in their places. */
  lines: Fields[]
  /** Lines as they are kept for the next update. */
  kept: Fields[]
  total: bigint
  taxDetail: Fields | undefined
  /** Movements of a sale; a refund turns them around. The balancing movement on receivable or bank is not among them. */
  postings: Posting[]
}

export interface FormRequest {
  company: Company
  input: Fields
  date: string
  customer: Stored | undefined
  addresses: readonly unknown[]
  /** The lines as answered before this write: new ids go on from theirs, and bundles keep those of their components. */
  before: readonly Fields[]
  importing: boolean
}

/** Everything a sales form computes: lines, subtotal, discount, tax, total, movements (quickbooks.md 10.5, 11). */
export function computeForm(request: FormRequest): FormResult {
  const { company, input } = request
  const model = input.GlobalTaxCalculation
  const lines = readLines(request)
  const inclusive = company.settings.tax === 'global' && model === 'TaxInclusive'
  if (inclusive) for (const line of lines) line.amount = netOfGross(company, line.gross, line.taxCode, request.date)
  const items = lines.filter((line) => line.role === 'item')
  const discount = company.on(34) ? discountOf(request, lines, items, inclusive) : { line: undefined, amount: 0n }
  const shares = allocate(
    discount.amount,
    items.map((line) => (inclusive ? line.gross : line.amount)),
  )
  const result = inclusive ? grossForm(request, lines, items, shares) : netForm(request, lines, items, shares)
  const discountNet = inclusive ? result.discountNet : discount.amount
  const subTotal = sum(items.map((line) => line.amount))
  const others = sum(lines.filter((line) => line.role === 'shipping' || line.role === 'tip').map((line) => line.amount))
  const tax = sum(result.taxes.map((entry) => entry.amount))
  const total = subTotal + others - discountNet + tax
  if (total < 0n) throw faults.business('Transaction amount must be 0 or greater.')
  return {
    lines: answerLines(company, lines, subTotal, discount.line, discountNet),
    kept: lines.filter((line) => line.inside !== true).map((line) => line.kept),
    total,
    taxDetail: result.detail,
    postings: movements(lines, discount.line, discountNet, result.taxes),
  }
}

const sum = (values: readonly bigint[]) => values.reduce((left, right) => left + right, 0n)

function discountOf(
  { company }: FormRequest,
  lines: FormLine[],
  items: FormLine[],
  inclusive: boolean,
): { line: FormLine | undefined; amount: bigint } {
  const line = lines.find((candidate) => candidate.role === 'discount')
  if (line === undefined) return { line, amount: 0n }
  if (line.percent === undefined) return { line, amount: inclusive ? line.gross : line.amount }
  // Of the net prices where that is switched on: the same percentage of each code's gross (quickbooks.md 18.12).
  if (inclusive && company.settings.switches.inclusivePercent === 'net') {
    const net = percentOf(sum(items.map((item) => item.amount)), decimal(line.percent))
    return { line, amount: grossOfNet(items, net) }
  }
  const base = sum(items.map((item) => (inclusive ? item.gross : item.amount)))
  return { line, amount: percentOf(base, decimal(line.percent)) }
}

/** The gross that stands for a net amount, in the proportion of the lines. */
function grossOfNet(items: FormLine[], net: bigint): bigint {
  const nets = sum(items.map((item) => item.amount))
  return nets === 0n ? net : divideHalfUp(net * sum(items.map((item) => item.gross)), nets)
}

interface Taxed {
  taxes: RateTax[]
  detail: Fields | undefined
  discountNet: bigint
}

/** Prices without tax: US companies, and TaxExcluded or NotApplicable elsewhere. */
function netForm(request: FormRequest, lines: FormLine[], items: FormLine[], shares: bigint[]): Taxed {
  const { company, input } = request
  const discountNet = sum(shares)
  if (company.settings.tax !== 'global') return { ...usTax(request, lines, items, shares), discountNet }
  if (input.GlobalTaxCalculation === 'NotApplicable') return { taxes: [], detail: undefined, discountNet }
  const bases: Bases = new Map()
  for (const line of lines)
    addBase(bases, line.taxCode, line.role === 'item' || line.role === 'shipping' || line.role === 'tip' ? line.amount : 0n)
  // Outside the US a discount always lowers what is taxed, in proportion to the lines (quickbooks.md 11.2: the choice is US only).
  items.forEach((line, index) => addBase(bases, line.taxCode, -shares[index]!))
  const taxes = overrideRates(taxOnNet(company, bases, request.date), input.TxnTaxDetail)
  return { taxes, detail: taxDetail(taxes), discountNet }
}

function addBase(bases: Bases, code: string | undefined, amount: bigint): void {
  if (code !== undefined) bases.set(code, (bases.get(code) ?? 0n) + amount)
}

/** Prices with tax: the answer is net, the total is the gross (quickbooks.md 11.3). */
function grossForm(request: FormRequest, lines: FormLine[], items: FormLine[], shares: bigint[]): Taxed {
  const { company, input, date } = request
  const codes = new Map<string, { gross: bigint; net: bigint }>()
  const charge = (code: string | undefined, gross: bigint, net: bigint) => {
    if (code === undefined) return
    const entry = codes.get(code) ?? { gross: 0n, net: 0n }
    codes.set(code, { gross: entry.gross + gross, net: entry.net + net })
  }
  const taxed = lines.filter((line) => line.role === 'item' || line.role === 'shipping' || line.role === 'tip')
  for (const line of taxed) charge(line.taxCode, line.gross, line.amount)
  const discounts = new Map<string | undefined, bigint>()
  items.forEach((line, index) => discounts.set(line.taxCode, (discounts.get(line.taxCode) ?? 0n) + shares[index]!))
  let discountNet = 0n
  for (const [code, gross] of discounts) {
    const net = netOfGross(company, gross, code, date)
    discountNet += net
    charge(code, -gross, -net)
  }
  const computed = taxInGross(company, codes, date)
  const taxes = overrideRates(computed, input.TxnTaxDetail)
  // The gross stays what was charged: what an override takes from the tax goes to the largest line.
  const shift = sum(computed.map((tax) => tax.amount)) - sum(taxes.map((tax) => tax.amount))
  const largest = taxed.reduce<FormLine | undefined>(
    (best, line) => (best === undefined || line.amount > best.amount ? line : best),
    undefined,
  )
  if (largest !== undefined) largest.amount += shift
  return { taxes, detail: taxDetail(taxes), discountNet }
}

/** quickbooks.md 11.2. */
function usTax(request: FormRequest, lines: FormLine[], items: FormLine[], shares: bigint[]): Omit<Taxed, 'discountNet'> {
  const { company, input } = request
  const model = company.settings.tax
  const none = { taxes: [], detail: { TotalTax: 0 } }
  if (model === 'none' || model === 'not-set-up') return none
  const taxable = lines.filter((line) => line.taxCode === 'TAX' && line.role !== 'discount')
  if (taxable.length === 0) return none
  let base = sum(taxable.map((line) => line.amount))
  if (input.ApplyTaxAfterDiscount === true) items.forEach((line, index) => (base -= line.taxCode === 'TAX' ? shares[index]! : 0n))
  const exempt = request.customer?.fields.Taxable === false
  const sent = fieldsOf(input.TxnTaxDetail)
  if (model === 'manual') {
    const code = refId(sent.TxnTaxCodeRef)
    if (code === undefined) return none
    if (code === 'CustomSalesTax') throw faults.customTax()
    if (company.find('TaxCode', code) === undefined) throw faults.reference('TaxCodes', code)
    const taxes = exempt ? [] : taxOnNet(company, new Map([[code, base]]), request.date)
    return { taxes, detail: taxDetail(taxes, code) }
  }
  // What a recording shows is computed again under its own code, not taken as somebody's override.
  const honoured = company.settings.switches.taxOverride === 'honoured'
  const wanted =
    request.importing || !honoured || sent.TotalTax === undefined || sent.TotalTax === null ? undefined : toCents(sent.TotalTax as number)
  // Where the company collects nothing, an override still needs an agency to stand under: its own state's.
  const code =
    (request.importing ? refId(sent.TxnTaxCodeRef) : undefined) ??
    automatedCode(company, request.addresses) ??
    (wanted === undefined ? undefined : automatedCode(company, []))
  if (exempt || code === undefined) return none
  const computed = taxOnNet(company, new Map([[code, base]]), request.date)
  const taxes = wanted === undefined ? computed : overrideTotal(computed, wanted)
  return { taxes, detail: taxDetail(taxes, code) }
}

/** Item lines, SubTotal without Id, discount, then shipping and tip (quickbooks.md 10.5). */
function answerLines(company: Company, lines: FormLine[], subTotal: bigint, discount: FormLine | undefined, discountNet: bigint): Fields[] {
  const shown = (line: FormLine) => line.answer(line.amount)
  const first = lines
    .filter((line) => line.inside !== true && (line.role === 'item' || line.role === 'text' || line.role === 'group'))
    .map(shown)
  const last = lines.filter((line) => line.role === 'shipping' || line.role === 'tip').map(shown)
  const subTotalLine = { Amount: money(subTotal), DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} }
  return [...first, ...(company.on(33) ? [subTotalLine] : []), ...(discount === undefined ? [] : [discount.answer(discountNet)]), ...last]
}

function movements(lines: FormLine[], discount: FormLine | undefined, discountNet: bigint, taxes: RateTax[]): Posting[] {
  const postings: Posting[] = []
  for (const line of lines) {
    if (line.account === undefined || line.role === 'text' || line.role === 'discount') continue
    const role = line.role === 'shipping' || line.role === 'tip' ? line.role : 'line'
    postings.push({ account: line.account, amount: -line.amount, role, line: line.id })
  }
  if (discount !== undefined) postings.push({ account: discount.account!, amount: discountNet, role: 'discount', line: discount.id })
  for (const tax of taxes) postings.push({ account: tax.account, amount: -tax.amount, role: 'tax', rate: tax.rate })
  return postings
}
