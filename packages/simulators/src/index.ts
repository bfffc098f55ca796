export {}

export { startSupabase, type SupabaseOptions, type SupabaseProject, type SupabaseStack } from './supabase/stack.ts'
export { PostgrestUnavailableError, postgrestBinary } from './supabase/postgrest.ts'
export { countingControl } from './supabase/control.ts'
export { createQuickBooks, startQuickBooks, type QuickBooks, type QuickBooksSimulator } from './quickbooks/quickbooks.ts'
export type { Country, Limits, QuickBooksOptions, Switches, TaxModel } from './quickbooks/options.ts'
export type { LedgerDocument } from './quickbooks/ledger.ts'
export type { QuickBooksCounts } from './quickbooks/counters.ts'
