import { parseDecimal, roundDecimal, subtractDecimal } from '@syncline/core'
import type { Company } from '../company/company.ts'
import { accountNamed } from '../company/lookup.ts'
import { cents, itemLine, wireCents, type FormLine } from './line.ts'
import type { OrderPolicy } from './policy.ts'
import type { Settled } from './settle.ts'
import type { TaxPlan } from './tax.ts'

export interface DiscountLineInput {
  DetailType: 'DiscountLineDetail'
  /** Positive; QuickBooks subtracts it (quickbooks.md 10.5). */
  Amount: number
  DiscountLineDetail: { PercentBased: false; DiscountAccountRef?: { value: string } }
}

export interface Discounted {
  lines: FormLine[]
  discount: DiscountLineInput[]
  fields: { ApplyTaxAfterDiscount?: true }
  remarks: string[]
}

/**
 * Goods at their price with one discount for the document, where the policy wants it so (ACCOUNTING.md 3). Where lines are taxed differently
 * the discount would be taken off the wrong ones: such an order keeps its net lines.
 */
export function documentDiscount(settled: Settled, tax: TaxPlan, lines: FormLine[], company: Company, policy: OrderPolicy): Discounted {
  const plain: Discounted = { lines, discount: [], fields: {}, remarks: [] }
  if (policy.discounts === 'net_lines') return plain
  // Shipping comes last, so the others stand where they stood (see `saleLines`).
  const goods = settled.lines.filter(({ line }) => line.kind !== 'shipping')
  const taken = goods.map(
    ({ line }) => roundDecimal(subtractDecimal(parseDecimal(line.subtotal), parseDecimal(line.total)), settled.scale).units,
  )
  const whole = taken.reduce((sum, one) => sum + one, 0n)
  if (whole <= 0n || taken.some((one) => one < 0n)) return plain
  if (!company.allowDiscount)
    return { ...plain, remarks: ['Lines are posted net of their coupons: discounts are not switched on in QuickBooks.'] }
  if (new Set(tax.codes).size > 1)
    return {
      ...plain,
      remarks: ['Lines are posted net of their coupons: they are taxed differently, and one discount would fall on all of them.'],
    }
  if (lines.some((line, index) => taken[index] !== undefined && taken[index] !== 0n && line.DetailType !== 'SalesItemLineDetail'))
    return { ...plain, remarks: ['Lines are posted net of their coupons: a bundle stands in QuickBooks at what was charged for it.'] }
  const { discountAccount } = policy
  return {
    lines: lines.map((line, index) => {
      const discount = taken[index]
      if (discount === undefined || discount === 0n || line.DetailType !== 'SalesItemLineDetail') return line
      const { line: sold, amount } = goods[index]!
      return itemLine({
        amount: cents(amount + discount, settled.scale),
        item: line.SalesItemLineDetail.ItemRef.value,
        taxCode: line.SalesItemLineDetail.TaxCodeRef?.value,
        description: sold.name,
        quantity: sold.kind === 'product' ? sold.quantity : undefined,
      })
    }),
    discount: [
      {
        DetailType: 'DiscountLineDetail',
        Amount: wireCents(cents(whole, settled.scale)),
        DiscountLineDetail: {
          PercentBased: false,
          ...(discountAccount !== undefined && {
            DiscountAccountRef: { value: accountNamed(company, discountAccount, 'discountAccount').id },
          }),
        },
      },
    ],
    // The shop takes the discount off before it charges tax; QuickBooks does so only when told, and only in the US is it asked (quickbooks.md 11.2).
    fields: company.tax.startsWith('us_') ? { ApplyTaxAfterDiscount: true } : {},
    remarks: [],
  }
}
