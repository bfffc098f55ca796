import type { Operation } from '../../contracts/storage.ts'
import { compareDecimals, parseDecimal } from '../../money/decimal.ts'
import type { EngineDefaults } from '../defaults.ts'
import { inCurrency, moneyTotals } from './amounts.ts'
import { isRemoval } from '../removals/removals.ts'

/** What one run would do in all, so far: a mass change is one however many windows it comes in. */
export interface Guard {
  /** Counts these in. Answers why somebody has to look first, in a sentence; undefined while there is no reason. */
  take: (operations: readonly Operation[]) => Promise<string | undefined>
}

/**
 * Watches over mass changes (RELIABILITY.md section 5): many removals or updates for what is linked, or more money moved than was
 * configured. `guardMoney`: the pipeline's own amounts, over those of the engine.
 */
export function createGuard({
  links,
  defaults,
  guardMoney,
}: {
  links: () => Promise<number>
  defaults: EngineDefaults
  guardMoney: { readonly [currency: string]: string }
}): Guard {
  const limits = Object.entries({ ...defaults.guardMoney, ...guardMoney }).map(([currency, text]) => ({
    currency,
    limit: parseDecimal(text),
  }))
  const totals = moneyTotals()
  let removals = 0
  let updates = 0
  return {
    async take(operations) {
      for (const operation of operations) {
        if (isRemoval(operation)) removals++
        else if (operation.verb === 'update') updates++
        if (limits.length > 0) totals.add(operation)
      }
      if (removals > defaults.guardRemovals && removals > (await links()) * defaults.guardRemovalShare)
        return `Too many records go away at once: ${removals}.`
      if (updates > defaults.guardUpdates && updates > (await links()) * defaults.guardUpdateShare)
        return `Too many records change at once: ${updates} of ${await links()} that are linked.`
      const moved = totals.moved()
      for (const { currency, limit } of limits) {
        const sum = moved.get(currency)
        if (sum !== undefined && compareDecimals(sum, limit) > 0)
          return `The plan changes amounts by ${inCurrency(sum, currency)} ${currency} in all, more than the ${inCurrency(limit, currency)} ${currency} that go without a yes.`
      }
      return undefined
    },
  }
}
