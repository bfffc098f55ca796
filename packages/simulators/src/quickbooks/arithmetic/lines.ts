import type { Company } from '../company.ts'
import type { Stored } from '../stored.ts'
import { decimal, isDecimal, money, multiply, toCents, toNumber } from '../decimal.ts'
import { faults } from '../fault.ts'
import { fieldsOf, isFields, listOf, refId, textOf, type Fields } from '../values.ts'
import type { FormRequest } from './form.ts'

export const SHIPPING_ITEM = 'SHIPPING_ITEM_ID'
export const TIP_ITEM = 'GRATUITY_ITEM_ID'

export interface FormLine {
  role: 'item' | 'shipping' | 'tip' | 'discount' | 'text' | 'group'
  id: string
  /** Net cents; for inclusive forms settled by the form. */
  amount: bigint
  /** Cents as sent: what the customer pays for the line when prices include tax. */
  gross: bigint
  taxCode: string | undefined
  account: string | undefined
  item: Stored | undefined
  /** Component of a bundle: counts, but is shown inside its parent. */
  inside?: boolean
  /** Percent of a percent discount, as sent. */
  percent?: number
  /** The line as kept for the next update. */
  kept: Fields
  /** The line as answered for a net amount. */
  answer(net: bigint): Fields
}

/** Reads the sent lines: checks, defaults, ids. SubTotal lines are ignored (quickbooks.md 10.5). */
export function readLines(request: FormRequest): FormLine[] {
  const used = new Set(listOf(request.input.Line).flatMap((line) => textOf(line.Id) ?? []))
  const taken = [...used, ...[...request.before, ...componentsOf(request.before)].map((line) => textOf(line.Id))]
  let next = Math.max(0, ...taken.map(Number).filter(Number.isFinite)) + 1
  const fresh = () => String(next++)
  const lines: FormLine[] = []
  let number = 0
  for (const sent of listOf(request.input.Line)) {
    const type = textOf(sent.DetailType)
    if (type === undefined) throw faults.required('Line.DetailType')
    if (type === 'SubTotalLineDetail') continue
    if (type === 'DiscountLineDetail') {
      // One discount per transaction: the last one sent stays.
      const index = lines.findIndex((line) => line.role === 'discount')
      if (index >= 0) lines.splice(index, 1)
      lines.push(discountLine(request, sent, fresh))
    } else if (type === 'SalesItemLineDetail') lines.push(itemLine(request, sent, ++number, fresh))
    else if (type === 'GroupLineDetail') lines.push(...groupLines(request, sent, ++number, fresh))
    else if (type === 'DescriptionOnly') lines.push(textLine(sent, ++number, fresh))
    else throw faults.enumeration('DetailType', type)
  }
  return lines
}

function itemLine(request: FormRequest, sent: Fields, number: number, fresh: () => string): FormLine {
  const { company } = request
  const detail = fieldsOf(sent.SalesItemLineDetail)
  if (!isDecimal(sent.Amount)) throw faults.required('Line.Amount')
  const sentAmount = toCents(sent.Amount)
  if (company.on(32)) checkProduct(sent.Amount, detail)
  const itemId = refId(detail.ItemRef) ?? company.defaultItem
  const pseudo = itemId === SHIPPING_ITEM ? 'shipping' : itemId === TIP_ITEM ? 'tip' : undefined
  if (pseudo === 'shipping' && company.preferences('SalesFormsPrefs').AllowShipping !== true)
    throw faults.feature('Shipping is not turned on for this company.')
  if (pseudo === 'tip' && company.preferences('SalesFormsPrefs').AllowGratuity !== true)
    throw faults.feature('Tips are not turned on for this company.')
  const item = pseudo === undefined ? company.find('Item', itemId) : undefined
  if (item?.fields.Type === 'Category') throw faults.business('A category cannot be sold.')
  const account = refId(detail.ItemAccountRef) ?? accountOf(company, item, pseudo)
  const taxCode = lineTaxCode(request, detail, item)
  const id = textOf(sent.Id) ?? fresh()
  // Inclusive forms take the gross in Amount, or the net in Amount beside the gross in TaxInclusiveAmt: both are in use (11.3).
  const form = company.settings.switches.inclusiveInput
  if (form === 'net' && request.input.GlobalTaxCalculation === 'TaxInclusive' && !isDecimal(detail.TaxInclusiveAmt) && !request.importing)
    throw faults.required('TaxInclusiveAmt')
  const gross = isDecimal(detail.TaxInclusiveAmt) && form !== 'gross' ? toCents(detail.TaxInclusiveAmt) : sentAmount
  const inclusive = company.settings.tax === 'global' && request.input.GlobalTaxCalculation === 'TaxInclusive'
  const keptDetail = {
    ...detail,
    ...(itemId === undefined ? {} : { ItemRef: { value: itemId } }),
    ...(taxCode === undefined ? {} : { TaxCodeRef: { value: taxCode } }),
  }
  return {
    role: pseudo ?? 'item',
    id,
    amount: sentAmount,
    gross,
    taxCode,
    account,
    item,
    kept: { ...sent, Id: id, Amount: sent.Amount, SalesItemLineDetail: keptDetail },
    answer: (net) => {
      const answered: Fields = {
        ...keptDetail,
        ...(account === undefined || pseudo !== undefined ? {} : { ItemAccountRef: { value: account } }),
      }
      if (inclusive) {
        answered.TaxInclusiveAmt = money(gross)
        if (isDecimal(detail.UnitPrice)) answered.UnitPrice = netUnitPrice(net, detail.Qty, detail.UnitPrice)
      }
      return {
        Id: id,
        LineNum: number,
        ...(textOf(sent.Description) === undefined ? {} : { Description: sent.Description }),
        Amount: money(net),
        ...(listOf(sent.LinkedTxn).length === 0 ? {} : { LinkedTxn: sent.LinkedTxn }),
        DetailType: 'SalesItemLineDetail',
        SalesItemLineDetail: answered,
        CustomExtensions: [],
      }
    },
  }
}

/** `Amount` must equal Qty × UnitPrice rounded to cents (6070, quickbooks.md 10.5). */
function checkProduct(amount: number | string, detail: Fields): void {
  if (!isDecimal(detail.Qty) || !isDecimal(detail.UnitPrice)) return
  if (toCents(multiply(decimal(detail.Qty), decimal(detail.UnitPrice))) === toCents(amount)) return
  // A line as answered by an inclusive form: its price is net, its product may miss by the rounding of the unit price.
  if (isDecimal(detail.TaxInclusiveAmt)) return
  throw faults.amount(withThousands(String(amount)))
}

function withThousands(text: string): string {
  const [whole = '', fraction] = text.split('.')
  return whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',') + (fraction === undefined ? '' : `.${fraction}`)
}

/** Net price per piece with at most 7 decimals (quickbooks.md 11.3). */
function netUnitPrice(net: bigint, quantity: unknown, sent: number | string): number {
  const count = isDecimal(quantity) ? decimal(quantity) : decimal(1)
  if (count.units === 0n) return Number(sent)
  const scaled = net * 10n ** BigInt(5 + count.scale)
  const negative = scaled < 0n !== count.units < 0n
  const top = scaled < 0n ? -scaled : scaled
  const bottom = count.units < 0n ? -count.units : count.units
  const units = (top * 2n + bottom) / (bottom * 2n)
  return toNumber({ units: negative ? -units : units, scale: 7 })
}

function accountOf(company: Company, item: Stored | undefined, pseudo: 'shipping' | 'tip' | undefined): string {
  if (pseudo === 'shipping') return company.account('shipping')
  if (pseudo === 'tip') return company.account('tips')
  return refId(item?.fields.IncomeAccountRef) ?? company.account('uncategorised-income')
}

/** US: TAX or NON, else 6100. Elsewhere a numeric code on every line (quickbooks.md 11). */
function lineTaxCode(request: FormRequest, detail: Fields, item: Stored | undefined): string | undefined {
  const { company, input, importing } = request
  const sent = refId(detail.TaxCodeRef)
  if (company.settings.tax !== 'global') {
    if (sent === undefined) return item?.fields.Taxable === true && company.settings.tax !== 'none' ? 'TAX' : 'NON'
    const code = sent.toUpperCase()
    if (code === 'TAX' || code === 'NON') return code
    if (company.on(36)) throw faults.lineTaxCode()
    return 'NON'
  }
  if (sent === undefined) {
    if (input.GlobalTaxCalculation === 'NotApplicable' || importing || !company.on(36)) return undefined
    throw faults.business('Make sure all your transactions have a VAT/GST rate before you save.')
  }
  const code = company.find('TaxCode', sent)
  if (code === undefined) throw faults.reference('TaxCodes', sent)
  if (code.fields.Active === false) throw faults.inactive()
  return input.GlobalTaxCalculation === 'NotApplicable' ? undefined : sent
}

function discountLine(request: FormRequest, sent: Fields, fresh: () => string): FormLine {
  const { company } = request
  const detail = fieldsOf(sent.DiscountLineDetail)
  if (company.preferences('SalesFormsPrefs').AllowDiscount !== true && !request.importing)
    throw faults.feature('Discounts are not turned on for this company.')
  const percentBased = detail.PercentBased === true
  if (percentBased ? !isDecimal(detail.DiscountPercent) : !isDecimal(sent.Amount)) throw faults.discount()
  const percent = percentBased ? Number(detail.DiscountPercent) : undefined
  if (percent !== undefined && (percent < 0 || percent > 100)) throw faults.percent(String(percent))
  const amount = isDecimal(sent.Amount) ? toCents(sent.Amount) : 0n
  const account = refId(detail.DiscountAccountRef) ?? company.account('discounts')
  const id = textOf(sent.Id) ?? fresh()
  const answered = { ...detail, PercentBased: percentBased, DiscountAccountRef: { value: account } }
  return {
    role: 'discount',
    id,
    amount,
    gross: amount,
    taxCode: undefined,
    account,
    item: undefined,
    percent,
    kept: { ...sent, Id: id },
    // Recorded discount lines carry neither Id nor LineNum.
    answer: (net) => ({
      ...(textOf(sent.Description) === undefined ? {} : { Description: sent.Description }),
      Amount: money(net),
      DetailType: 'DiscountLineDetail',
      DiscountLineDetail: answered,
    }),
  }
}

function textLine(sent: Fields, number: number, fresh: () => string): FormLine {
  const id = textOf(sent.Id) ?? fresh()
  return {
    role: 'text',
    id,
    amount: 0n,
    gross: 0n,
    taxCode: undefined,
    account: undefined,
    item: undefined,
    kept: { ...sent, Id: id },
    answer: () => ({ ...sent, Id: id, LineNum: number, DescriptionLineDetail: fieldsOf(sent.DescriptionLineDetail), CustomExtensions: [] }),
  }
}

/** The lines inside bundles, of lines as answered. */
export function componentsOf(lines: readonly Fields[]): Fields[] {
  return lines.flatMap((line) => listOf(fieldsOf(line.GroupLineDetail).Line))
}

/** A bundle is sold by its components: only they count towards the total (quickbooks.md 10.5). */
function groupLines(request: FormRequest, sent: Fields, number: number, fresh: () => string): FormLine[] {
  const { company } = request
  const detail = fieldsOf(sent.GroupLineDetail)
  const group = company.find('Item', refId(detail.GroupItemRef))
  if (group === undefined) throw faults.reference('Items', refId(detail.GroupItemRef) ?? '')
  const quantity = isDecimal(detail.Quantity) ? decimal(detail.Quantity) : decimal(1)
  const id = textOf(sent.Id) ?? fresh()
  const parts = company.on(34) ? listOf(fieldsOf(group.fields.ItemGroupDetail).ItemGroupLine) : []
  const known = componentsOf(request.before.filter((line) => line.Id === id))
  const components = parts.map((component, index) => {
    const item = company.find('Item', refId(component.ItemRef))
    const qty = multiply(quantity, decimal((component.Qty ?? 1) as number))
    const price = (item?.fields.UnitPrice ?? 0) as number
    // One code for the whole bundle, or each component under the code of its item.
    const taxCode = isFields(detail.TaxCodeRef)
      ? detail.TaxCodeRef
      : company.settings.tax === 'global'
        ? item?.fields.SalesTaxCodeRef
        : undefined
    const inner = {
      Id: known[index]?.Id,
      Amount: money(toCents(multiply(qty, decimal(price)))),
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: {
        ItemRef: { value: item?.id ?? '' },
        Qty: toNumber(qty),
        // Voided lines have no price (quickbooks.md 9.3).
        ...(qty.units === 0n ? {} : { UnitPrice: price }),
        ...(isFields(taxCode) ? { TaxCodeRef: taxCode } : {}),
      },
    }
    return itemLine(request, inner, number + index + 1, fresh)
  })
  const total = components.reduce((sum, line) => sum + line.amount, 0n)
  const parent: FormLine = {
    role: 'group',
    id,
    amount: 0n,
    gross: 0n,
    taxCode: undefined,
    account: undefined,
    item: group,
    kept: { ...sent, Id: id },
    answer: () => ({
      Id: id,
      LineNum: number,
      Amount: money(total),
      DetailType: 'GroupLineDetail',
      GroupLineDetail: {
        GroupItemRef: { value: group.id },
        Quantity: toNumber(quantity),
        Line: components.map((line) => line.answer(line.amount)),
      },
      CustomExtensions: [],
    }),
  }
  return [parent, ...components.map((line) => ({ ...line, inside: true }))]
}
