/**
 * Who may import whom (docs/architecture.md). Published code of a package on the left may import the packages on the right, by their
 * names only. A package that is not listed here may not be there.
 */
export const layers: { readonly [id: string]: readonly string[] } = {
  core: [],
  'connector-woocommerce': ['core'],
  'connector-quickbooks': ['core'],
  'connector-supabase': ['core'],
  'storage-sql': ['core'],
  'storage-sqlite': ['core', 'storage-sql'],
  'storage-postgres': ['core', 'storage-sql'],
  'queue-pg-boss': ['core'],
  server: ['core'],
  client: ['core', 'server'],
  opentelemetry: ['core'],
  'react-ui': ['client'],
  simulators: [],
  testing: ['core'],
}

/** What a connector may import besides core, zod and Node itself: the client of its own vendor. */
export const vendorClients: { readonly [id: string]: readonly string[] } = {
  'connector-woocommerce': [],
  'connector-quickbooks': [],
  'connector-supabase': ['@supabase/supabase-js', '@supabase/postgrest-js'],
}

/** Tests may also use the conformance suites, the simulators and a storage; simulators stay on their own, core knows no platform. */
export function mayTestWith(id: string): readonly string[] {
  if (id === 'simulators') return []
  return [...(layers[id] ?? []), 'core', 'testing', 'simulators', 'storage-sql', 'storage-sqlite']
}
