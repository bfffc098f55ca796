import type { ExplainContext, FieldOrigin, Order, Refund } from '@syncline/core'
import { combinationKey } from '../company/suggest-tax-codes.ts'
import type { Company } from '../company/company.ts'
import type { OrderPolicy } from '../accounting/policy.ts'
import { ruled } from '../accounting/rules.ts'
import { lineOrigins, taxLineRate } from './line-origins.ts'
import { addressOrigin, origin } from './rules.ts'

type Context<Ent> = ExplainContext<Ent, OrderPolicy>
type Parts = Pick<Context<unknown>, 'input' | 'policy' | 'target'>

/** How a field of a sales receipt, an invoice or its payment is made. */
export function explainOrder(path: string, context: Context<Order>): FieldOrigin | undefined {
  const [field = '', second, third, fourth] = path.split('.')
  const { entity: order, policy, role, stream } = context
  if (role === 'payment') return paymentField(field, context)
  switch (field) {
    case 'DocNumber':
      return policy.numbers === 'quickbooks'
        ? origin('QuickBooks numbers by itself.', [], ['numbers'])
        : origin(
            'The shop’s number, its last 21 characters; with -2 for a document that was written anew.',
            ['number'],
            ['numbers', ...(policy.numbers === 'prefix' ? ['numberPrefix'] : [])],
          )
    case 'TxnDate':
      return stream === 'invoices'
        ? origin('An invoice carries the day of the order, in the shop’s own time.', ['createdOn'], ['closedPeriod'])
        : origin('The day in the shop’s own time.', receiptDay(order, policy), ['date', 'closedPeriod'])
    default:
      return formField(path, [field, second, third, fourth], context, order, order?.lines ?? [], order?.taxes ?? [])
  }
}

/** How a field of a refund receipt or credit memo is made, or of the payment that applies it. */
export function explainRefund(path: string, context: Context<Refund>): FieldOrigin | undefined {
  const [field = '', second, third, fourth] = path.split('.')
  const { entity: refund, role } = context
  switch (field) {
    case 'DocNumber':
      return origin('The order’s number and the refund’s.', ['order.number', 'key'], ['numbers'])
    case 'TxnDate':
      return origin('The day of the refund, in the shop’s own time.', ['createdOn'], ['closedPeriod'])
    case 'TotalAmt':
      return origin('A payment of 0 applies the credit to its invoice.', [], ['applyCreditMemos'])
    default:
      if (role === 'application' && field === 'Line') return origin('The credit, against the invoice of the order.', ['amount', 'orderKey'])
      return formField(path, [field, second, third, fourth], context, refund?.order, refund?.lines ?? [], refund?.taxes ?? [], 'order.')
  }
}

function paymentField(field: string, { policy, entity: order }: Context<Order>): FieldOrigin | undefined {
  switch (field) {
    case 'TotalAmt':
    case 'Line':
      return origin('What the order costs, less what credit memos have taken off its invoice.', ['totals.total', 'refunds[].amount'])
    case 'TxnDate':
      return origin(
        'The day that the money came, in the shop’s own time.',
        [order?.paidOn !== undefined ? 'paidOn' : order?.completedOn !== undefined ? 'completedOn' : 'createdOn'],
        ['closedPeriod'],
      )
    case 'PaymentRefNum':
      return origin('The order’s number, its last 21 characters.', ['number'])
    case 'CustomerRef':
      return buyer('', policy)
    default:
      return money(field, order, policy, '')
  }
}

/** Fields that all sales forms share. `prefix`: where the order lies in the entity. */
function formField(
  path: string,
  [field, second, third]: (string | undefined)[],
  context: Parts,
  order: Order | undefined,
  lines: Order['lines'] | Refund['lines'],
  taxes: Order['taxes'] | Refund['taxes'],
  prefix = '',
): FieldOrigin | undefined {
  const { policy } = context
  switch (field) {
    case 'CustomerRef':
      return buyer(prefix, policy)
    case 'CurrencyRef':
      return origin('The currency of the order; only in a company with several.', [`${prefix}currency`])
    case 'BillAddr':
      return withPrefix(addressOrigin('billing', second, true), prefix)
    case 'ShipAddr':
      return withPrefix(addressOrigin(Object.keys(order?.shipping ?? {}).length === 0 ? 'billing' : 'shipping', second, false), prefix)
    case 'BillEmail':
      return origin('The buyer’s e-mail address.', [`${prefix}billing.email`])
    case 'PrivateNote':
      return origin('What the mapping chose, then which order it is, its coupons, and a fingerprint.', [
        `${prefix}number`,
        `${prefix}key`,
        `${prefix}coupons[].code`,
      ])
    case 'SalesTermRef':
      return ruledOrigin('The payment term', order, policy, 'terms', 'terms', prefix)
    case 'ClassRef':
      return ruledOrigin('The class', order, policy, 'class', undefined, prefix)
    case 'DepartmentRef':
      return ruledOrigin('The location', order, policy, 'location', undefined, prefix)
    case 'PaymentRefNum':
      return origin('The gateway’s own reference.', [`${prefix}paymentMethod.transactionId`])
    case 'GlobalTaxCalculation':
      return origin('Amounts are sent without tax: the shop stores its lines net.', [`${prefix}pricesIncludeTax`])
    case 'TxnTaxDetail':
      return origin(
        'The tax that the shop charged, rate by rate; the code decides under which rates of the company it stands.',
        taxes.flatMap(({ rateKey }) => [`taxes[rateKey=${rateKey}].amount`, `taxes[rateKey=${rateKey}].shippingAmount`]),
        [...Object.keys(policy.taxCodes).map((rates) => `taxCodes.${rates}`), 'roundingCap'],
      )
    case 'Line':
      return lineField(path, second, third, context, lines, taxes)
    default:
      return money(field ?? '', order, policy, prefix)
  }
}

function lineField(
  path: string,
  index: string | undefined,
  part: string | undefined,
  { input, policy, target }: Parts,
  lines: Order['lines'] | Refund['lines'],
  taxes: Order['taxes'] | Refund['taxes'],
): FieldOrigin {
  const at = Number(index)
  if (index === undefined || !Number.isInteger(at)) return origin('One line for each line of the shop, shipping last.', ['lines'])
  const sent = (Array.isArray(input.Line) ? (input.Line as { Amount?: unknown; Description?: unknown }[]) : [])[at] ?? {}
  if ((sent as { DetailType?: unknown }).DetailType === 'DiscountLineDetail')
    return origin(
      'What the coupons took off the goods, once for the document.',
      ['lines[].subtotal', 'lines[].total', 'coupons[].code'],
      ['discounts', 'discountAccount'],
    )
  const own = lineOrigins(input, lines)[at]
  const line = lines.find(({ key }) => own === `lines[key=${key}]`)
  const rate = own === undefined ? taxLineRate(sent, taxes) : undefined
  if (rate !== undefined)
    return origin(
      'The company does not compute this tax: it is a line on the item for sales tax.',
      [`taxes[rateKey=${rate}].amount`, `taxes[rateKey=${rate}].shippingAmount`],
      ['items.salesTax'],
    )
  if (own === undefined || line === undefined)
    return origin(
      'Part of the amount that no line of the shop names, or of a line that was split by its taxes.',
      ['amount', 'lines'],
      ['items.refund', 'amountOnlyRefund', 'negativeLines'],
    )
  if (path.endsWith('TaxCodeRef') || path.endsWith('TaxCodeRef.value')) {
    const keys = combinationKey(line.taxes.map(({ rateKey }) => rateKey))
    const named = Object.hasOwn(policy.taxCodes, keys)
    const american = (target as Partial<Company> | undefined)?.tax?.startsWith('us_') === true
    return origin(
      american
        ? 'TAX where the shop charged tax on the line, else NON.'
        : 'The code that the policy names for the rates on the line; the exempt one where there are none.',
      [`${own}.taxes`],
      american ? [] : [named ? `taxCodes.${keys}` : 'exemptTaxCode'],
    )
  }
  if (path.includes('ItemRef')) return itemOrigin(own, line.kind)
  if (path.includes('ClassRef')) return origin('The class of the order, where the company keeps classes on lines.', [], ['rules'])
  if (part === 'Description') return origin('The name of the line.', [`${own}.name`])
  if (path.endsWith('Qty')) return origin('The quantity, where price times quantity rounds to the amount.', [`${own}.quantity`])
  if (path.endsWith('UnitPrice'))
    return origin('The amount by the quantity, with as few places as give the amount back.', [`${own}.total`, `${own}.quantity`])
  return origin(
    'The net amount of the line after its coupons, in whole minor units; where rounding leaves one open, it goes to the part that lost most.',
    [`${own}.total`],
    ['negativeLines'],
  )
}

const items: Record<string, string> = {
  shipping: 'items.shipping',
  fee: 'items.fee',
  discount: 'items.discount',
  gift_card: 'items.giftCard',
  tip: 'items.tip',
}

function itemOrigin(own: string, kind: string): FieldOrigin {
  const setting = items[kind]
  if (setting === undefined)
    return origin(
      'The item that stands for the product: linked, else found by SKU, else by name, else made.',
      [`${own}.productKey`, `${own}.variantKey`, `${own}.sku`],
      ['items.fallback'],
    )
  return origin(
    `The item that the policy names for lines of this kind (${kind.replace('_', ' ')}).`,
    [`${own}.kind`],
    [setting, ...(kind === 'shipping' ? ['shipping'] : [])],
  )
}

function money(field: string, order: Order | undefined, policy: OrderPolicy, prefix: string): FieldOrigin | undefined {
  if (field !== 'DepositToAccountRef' && field !== 'PaymentMethodRef') return undefined
  const gateway = order?.paymentMethod.gateway ?? ''
  const part = field === 'DepositToAccountRef' ? 'account' : 'paymentMethod'
  return origin(
    field === 'DepositToAccountRef'
      ? 'The account that the gateway’s money lies in until it is paid out.'
      : 'The payment method of the gateway.',
    [`${prefix}paymentMethod.gateway`],
    [gateway === '' ? 'defaultAccount' : Object.hasOwn(policy.gateways, gateway) ? `gateways.${gateway}.${part}` : 'gateways'],
  )
}

function buyer(prefix: string, { guests }: OrderPolicy): FieldOrigin {
  return origin(
    'The customer that stands for the buyer: linked, else found by e-mail, else made.',
    [`${prefix}customer.key`, `${prefix}customer.email`],
    ['guests', ...(guests === 'bucket' ? ['guestName'] : [])],
  )
}

function ruledOrigin(
  what: string,
  order: Order | undefined,
  policy: OrderPolicy,
  name: 'terms' | 'class' | 'location',
  plain: string | undefined,
  prefix: string,
): FieldOrigin {
  const own = order === undefined ? undefined : ruled(order, policy, name)
  return origin(
    own === undefined ? `${what} of all orders.` : `${what} of the first rule that fits the order.`,
    own === undefined ? [] : ['paymentMethod.gateway', 'customer.role', 'sourceStatus', 'currency'].map((source) => prefix + source),
    own === undefined ? (plain === undefined ? [] : [plain]) : [own.setting],
  )
}

function receiptDay(order: Order | undefined, policy: OrderPolicy): string[] {
  if (policy.date === 'created') return ['createdOn']
  if (policy.date === 'completed' && order?.completedOn !== undefined) return ['completedOn']
  return [order?.paidOn === undefined ? 'createdOn' : 'paidOn']
}

function withPrefix(own: FieldOrigin, prefix: string): FieldOrigin {
  return { ...own, sources: own.sources.map((source) => prefix + source) }
}
