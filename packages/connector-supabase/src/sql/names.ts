import { SyncError } from '@syncline/core'

/** A schema's name, safe to stand in SQL. Throws `config_invalid` for anything but lower-case letters, digits and underscores. */
export function schemaName(name: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(name)) return name
  throw new SyncError('config_invalid', `"${name.slice(0, 70)}" cannot be used as the name of a schema.`, {
    hint: 'Use lower-case letters, digits and underscores, such as "public" or "shop_sync".',
  })
}

export const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`
