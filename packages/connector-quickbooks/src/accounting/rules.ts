import type { Order } from '@syncline/core'
import type { Company } from '../company/company.ts'
import { classNamed, departmentNamed, termNamed } from '../company/lookup.ts'
import type { OrderPolicy, OrderRule } from './policy.ts'

type Ruled = 'document' | 'terms' | 'due' | 'class' | 'location'

/** What the policy says for this order, and the name of the setting that says it; undefined: nothing. */
export function ruled<K extends Ruled>(
  order: Order,
  policy: OrderPolicy,
  name: K,
): { value: NonNullable<OrderRule[K]>; setting: string } | undefined {
  const index = policy.rules.findIndex((rule) => rule[name] !== undefined && fits(rule, order, policy))
  return index < 0 ? undefined : { value: policy.rules[index]![name]!, setting: `rules.${index}.${name}` }
}

/** The kind of sale: by rule, else as for all orders. A rule for a gateway stands before one for a role where it is written first (ACCOUNTING.md 1). */
export function documentFor(order: Order, policy: OrderPolicy): OrderPolicy['document'] {
  return ruled(order, policy, 'document')?.value ?? policy.document
}

/** Fields of a document that rules decide. Throws `reference_missing` for what the company lacks. */
export function ruledFields(order: Order, policy: OrderPolicy, company: Company): { [field: string]: unknown } {
  const location = ruled(order, policy, 'location')
  const own = company.classTracking === 'line' ? undefined : classFor(order, policy, company)
  return {
    ...(own !== undefined && { ClassRef: { value: own } }),
    ...(location !== undefined && { DepartmentRef: { value: departmentNamed(company, location.value, location.setting) } }),
  }
}

/** Lines with the order's class, where the company keeps classes on lines (quickbooks.md 10.4, 10.5). */
export function withClass<L extends { DetailType: string; SalesItemLineDetail?: object }>(
  lines: readonly L[],
  order: Order,
  policy: OrderPolicy,
  company: Company,
): L[] {
  const own = company.classTracking === 'line' ? classFor(order, policy, company) : undefined
  return own === undefined
    ? [...lines]
    : lines.map((line) =>
        // The components of a bundle have none of their own when they are sent.
        line.SalesItemLineDetail === undefined
          ? line
          : { ...line, SalesItemLineDetail: { ...line.SalesItemLineDetail, ClassRef: { value: own } } },
      )
}

/** Class and location of what is posted for an order: their ids. */
export function postedUnder(order: Order, policy: OrderPolicy, company: Company): { class?: string; location?: string } {
  const own = company.classTracking === undefined ? undefined : classFor(order, policy, company)
  const location = ruled(order, policy, 'location')
  return {
    ...(own !== undefined && { class: own }),
    ...(location !== undefined && { location: departmentNamed(company, location.value, location.setting) }),
  }
}

/** The term of an invoice: by rule, else as for all orders; undefined where the policy names none. */
export function termFor(order: Order, policy: OrderPolicy, company: Company): string | undefined {
  const term = ruled(order, policy, 'terms') ?? (policy.terms === undefined ? undefined : { value: policy.terms, setting: 'terms' })
  return term && termNamed(company, term.value, term.setting)
}

function classFor(order: Order, policy: OrderPolicy, company: Company): string | undefined {
  const own = ruled(order, policy, 'class')
  return own && classNamed(company, own.value, own.setting)
}

function fits({ when }: OrderRule, order: Order, { gateways }: OrderPolicy): boolean {
  const { gateway } = order.paymentMethod
  const gatewayClass = Object.hasOwn(gateways, gateway) ? gateways[gateway]!.class : gateway === '' ? 'captured' : undefined
  const among = (wanted: readonly string[] | undefined, value: string | undefined) =>
    wanted === undefined || wanted.some((one) => one.toLowerCase() === value?.toLowerCase())
  return (
    among(when.gateway, gateway) &&
    among(when.gatewayClass, gatewayClass) &&
    among(when.status, order.sourceStatus) &&
    among(when.role, order.customer.role) &&
    among(when.country, order.shipping.country ?? order.billing.country) &&
    among(when.currency, order.currency)
  )
}
