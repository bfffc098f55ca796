import { define } from '../statement.ts'

/** Everybody who has set something up. */
export const tenants = define(({ db }) =>
  db.selectFrom('connections').select('tenant').union(db.selectFrom('pipelines').select('tenant')).orderBy('tenant'),
)
