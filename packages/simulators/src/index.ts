export {}

export { startSupabase, type SupabaseOptions, type SupabaseProject, type SupabaseStack } from './supabase/stack.ts'
export { PostgrestUnavailableError, postgrestBinary } from './supabase/postgrest.ts'
export { countingControl } from './supabase/control.ts'
