/** What a project of this simulator must show, as supabase.md has it; each point has a test that drives it over HTTP. */
export interface SupabasePoint {
  point: number
  area: string
  words: string
}

const points: [area: string, words: string[]][] = [
  [
    'Keys and roles',
    [
      'The four keys, legacy and new, stand for service_role and anon with their time limits of 8 and 3 seconds.',
      'No key, an unknown key, and a secret key in a browser are refused with 401.',
      'A user token meets row policies: rows of others are absent without a word, a new row that breaks one is 403 / 42501.',
      'service_role ignores row policies, not missing grants: a new table is 403 / 42501 until it is granted; for anon 401.',
      'A token without a role is anon.',
    ],
  ],
  [
    'Reading',
    [
      'An answer is cut at 1000 rows, or at the owner’s number, with no error, warning or other status; functions too.',
      'Content-Range says which rows came; with an exact count a part is 206, past the end is 416 / PGRST103.',
      'bigint and numeric keep all digits when read as text.',
      'single() with no row or several is 406 / PGRST116, and rolls back a write.',
    ],
  ],
  [
    'Writing',
    [
      'Upsert by a natural key; without a unique index for it 400 / 42P10, the same key twice in one request 500 or 400 / 21000.',
      'Unique, missing and mistyped values have their codes: 23505 is 409, 23502 and 22P02 are 400.',
      'One request is one transaction: one bad row, and none is written.',
      'An update that finds no row is a success with no rows.',
    ],
  ],
  [
    'Schema',
    [
      'DDL is seen after the schema cache was read anew, which event triggers ask for.',
      'An unknown table is 404, an unknown column 400; a schema that is not exposed is 406 / PGRST106.',
      'A statement beyond its time limit is 500 / 57014, and nothing is written.',
    ],
  ],
  [
    'Database webhooks',
    [
      'A row trigger of supabase_functions.http_request posts type, table, schema, record and old_record, with the owner’s static headers.',
      'Calls are made after the commit; a transaction that is rolled back makes none.',
      'One call per row: a bulk write makes as many.',
      'A call that fails is not made again; its end stands in net._http_response.',
    ],
  ],
]

export const checklist: readonly SupabasePoint[] = points
  .flatMap(([area, list]) => list.map((words) => ({ area, words })))
  .map((entry, index) => ({ point: index + 1, ...entry }))
