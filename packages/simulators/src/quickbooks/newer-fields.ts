import { fieldsOf, listOf, type Fields } from './values.ts'
import type { EntityName } from './entities/names.ts'

/** Additive fields do not raise the minor version (quickbooks.md 1.3): from which year recordings show them. */
const topLevel: Record<string, number> = {
  IsProject: 2021,
  DeferredRevenue: 2021,
  FreeFormAddress: 2023,
  ShipFromAddr: 2023,
}

/** Fields that recordings of companies without several currencies did not show before that year. */
const currencySince = 2016

/** Takes out of an answer what the platform did not answer yet in `year`. */
export function leaveOutNewer(entity: EntityName, fields: Fields, year: number): void {
  if (year >= 2024) return
  for (const [name, since] of Object.entries(topLevel)) if (year < since) delete fields[name]
  if (year < currencySince && entity !== 'Customer' && entity !== 'Account') delete fields.CurrencyRef
  if (year < currencySince && entity === 'JournalEntry') delete fields.TotalAmt
  for (const line of listOf(fields.Line)) {
    delete line.CustomExtensions
    delete fieldsOf(line.SalesItemLineDetail).ItemAccountRef
  }
}
