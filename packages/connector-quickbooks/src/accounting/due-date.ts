import type { Order } from '@syncline/core'
import type { Company } from '../company/company.ts'
import { daysAfter } from './local-day.ts'
import type { OrderPolicy } from './policy.ts'
import { ruled } from './rules.ts'

type Term = Company['terms'][number]
export type Due = NonNullable<OrderPolicy['due']>

/** The due date that an invoice has to be sent with: only where the policy wants another one than QuickBooks would compute itself. */
export function dueField(order: Order, policy: OrderPolicy, term: Term | undefined, day: string): { DueDate?: string } {
  const due = ruled(order, policy, 'due')?.value ?? policy.due
  if (due === undefined) return {}
  const wanted = dueOn(due, day)
  return wanted === computedDue(term, day) ? {} : { DueDate: wanted }
}

/** What QuickBooks computes: by the term, and without one 30 days on (quickbooks.md 10.7). */
export function computedDue(term: Term | undefined, day: string): string {
  if (term?.dayOfMonth !== undefined) return dueOn({ dayOfMonth: term.dayOfMonth, nextMonthDays: term.nextMonthDays ?? 0 }, day)
  return dueOn({ days: term === undefined ? 30 : (term.dueDays ?? 0) }, day)
}

/**
 * In so many days; or on a day of the month, of the next one where that day is no more than `nextMonthDays` ahead, or past. A day that a
 * month does not have is its last.
 */
export function dueOn(due: Due, day: string): string {
  if ('days' in due) return daysAfter(day, due.days)
  const [year = 0, month = 1] = day.split('-').map(Number)
  const own = dayInMonth(year, month, due.dayOfMonth)
  return daysAfter(day, due.nextMonthDays) >= own ? dayInMonth(year, month + 1, due.dayOfMonth) : own
}

function dayInMonth(year: number, month: number, day: number): string {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1, Math.min(day, last))).toISOString().slice(0, 10)
}
