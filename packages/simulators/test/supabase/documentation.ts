import { checklist } from '../../src/supabase/checklist.ts'
import type { PointTest } from './points.ts'

const intro = `# Supabase, simulated

<!-- Made from the checklist and its tests: \`npx vitest run packages/simulators/test/supabase/documentation -u\` -->

A Supabase project on loopback: the real PostgREST on a real PostgreSQL, with the roles, limits and helper functions of Supabase, behind a
gateway that treats the four kinds of keys as the hosted one does. Only what is no package is imitated: the gateway, and the worker that
makes the calls of database webhooks.

\`\`\`ts run
import { startSupabase } from '@syncline/simulators'

const project = await startSupabase({
  schema: 'create table public.notes (id int primary key, text text); grant select, insert on public.notes to service_role;',
})
const answer = await fetch(\`\${project.url}/rest/v1/notes\`, { headers: { apikey: project.secretKey } })
console.log(answer.status, await answer.json()) // → 200 []
await project.close()
\`\`\`

\`npx @syncline/simulators supabase --schemaFile tables.sql\` starts one as a process of its own. It needs Linux (x64, arm64), macOS x64 or
Windows x64: elsewhere there is no PostgREST binary, and the start says so.

| Option | Default | |
|---|---|---|
| \`schema\` | none | SQL that every database of the stack starts with, run as the owner, role \`postgres\` |
| \`exposedSchemas\` | \`public\`, \`graphql_public\` | schemas that the API shows |
| \`maxRows\` | 1000 | most rows of one answer |
| \`fsync\` | \`false\` | \`true\`: commits reach the disk |
| \`port\` | any | of the gateway |
| \`onLog\` | dropped | lines of PostgreSQL and PostgREST |

\`project.database()\` opens a further empty project from the same template in some 0.3 s; \`sql\`, \`session\` and \`migrate\` work as the owner;
\`token(claims)\` signs a user's token.

\`reset()\` puts back the rows that the project started with, \`snapshot()\` and \`restore(snapshot)\` any others, sequences included, while
triggers rest: measured 10 to 30 ms with the 13 tables of the connector and up to 1,000 rows, more with more rows. DDL stays.

## Control plane

Never counted, logged or disturbed by faults.

| | |
|---|---|
| \`GET /__sim\` | the tables in short, or in a browser a page with their newest rows, database webhooks and requests |
| \`GET /__sim/ledger\`, \`?table=orders&from=0&limit=1000\`, \`&format=ndjson\` | what the tables really hold, with every digit |
| \`GET /__sim/requests\`, \`POST /__sim/reset-counts\` | counts, with \`?entries=1\` the requests |
| \`POST /__sim/faults\`, \`DELETE /__sim/faults\` | a list of rules such as \`{ "method": "POST", "url": "/orders", "kind": "drop-after" }\`, or \`{ "seeded": { "seed": 1, "rate": 0.1 } }\` |
| \`POST /__sim/clock\` | \`{ "advance": 3600000 }\`, \`{ "to": … }\`, \`{ "skewMs": -120000 }\`: the Date header and the log only |
| \`POST /__sim/webhooks\`, \`POST /__sim/webhooks/drain\`, \`GET /__sim/webhooks\` | \`{ "table": "orders", "url": …, "headers": { … }, "events": ["insert"] }\` as the dashboard makes one; make the calls that wait; what was called |
| \`POST /__sim/snapshot\`, \`restore\`, \`reset\` | |
`

const faults = `## Faults

Latency, answers of any status in place of the work or after it (429 with or without Retry-After, 5xx, HTML with status 200), connections
that break before or after the work, work done late or twice, truncated and prefixed bodies; rows hidden from a list, with a Content-Range
that says so; database webhooks lost, doubled, behind all others, or before the answer. Scripted, or by chance from a seed.

A stale read is what a cache would answer: the very same request gets the answer it got before the rule was made, another one the
present. The database's own clock cannot be moved: \`now()\`, time stamps and the expiry of tokens are the machine's.
`

const lacking = `## Not modelled

Auth, Storage, Edge Functions, Realtime, GraphQL · poolers · limits of plans: no 402, 429, 540 or 544 but scripted ones · PostgREST later
than 12.0.2 and the extensions that are no package: pg_net (its queue and worker are imitated), pg_cron, pg_graphql, pg-safeupdate, so an
update without a filter is not refused · answers of pg_net are kept until the next reset, not six hours, and its calls are made one after
the other, in the order in which they were queued; Supabase promises none.
`

/** The page about this simulator. */
export function documentation(tests: readonly PointTest[]): string {
  const areas = [...new Set(checklist.map(({ area }) => area))]
  const tables = areas.map((area) => {
    const rows = checklist
      .filter((entry) => entry.area === area)
      .map(({ point, words }) => `| ${point} | ${words} | ${tests.filter((test) => test.point === point).length} |`)
    return [`### ${area}`, '', '| Point | What a project must show | Tests |', '|---|---|---|', ...rows, ''].join('\n')
  })
  return [
    intro,
    `## Modelled\n\n${checklist.length} points, ${tests.length} tests over HTTP; \`@supabase/supabase-js\` drives most of them. The bodies of database webhooks are\nthose of the recorded exchanges, byte for byte.\n`,
    ...tables,
    faults,
    lacking,
  ].join('\n')
}
