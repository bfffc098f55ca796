import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { checklist, type ChecklistPoint } from '../../src/quickbooks/checklist.ts'
import { doubts } from '../../src/quickbooks/doubts.ts'
import { entityNames } from '../../src/quickbooks/entities/names.ts'
import { defaultLimits, defaultSwitches } from '../../src/quickbooks/options.ts'
import type { ReplayRow } from '../../src/replay/row.ts'
import type { PointCase } from '../../src/shared/points.ts'

const intro = `# QuickBooks Online, simulated

<!-- Made from the checklist, its tests, the switches and the replay: \`npx vitest run packages/simulators/test/quickbooks/documentation -u\` -->

A QuickBooks Online company behind a loopback address: the accounting API v3 (minor version 75), its OAuth server, and a real
double-entry ledger behind every document. It imports nothing of the connector that is tested against it.

\`\`\`ts
import { startQuickBooks } from '@syncline/simulators'

const books = await startQuickBooks({ country: 'CA' })
books.url            // accounting below /v3/company/…, tokens at /oauth2/v1/tokens/bearer, /v2/oauth2/tokens/revoke, /connect/oauth2
books.accessToken    // with realmId, refreshToken, clientId, clientSecret, verifierToken
await books.close()
\`\`\`

\`createQuickBooks(options)\` is the same without a socket: its \`fetch\` stands in for \`fetch\`, its \`respond\` is a resolver of msw.
\`npx @syncline/simulators quickbooks --country CA\` starts one as a process of its own.

| Option | Default | |
|---|---|---|
| \`country\` | \`US\` | \`US\`, \`CA\`, \`GB\`, \`AU\`: currency, chart of accounts, tax rates and codes |
| \`tax\` | \`automated\` in the US, else \`global\` | \`automated\`, \`manual\`, \`none\`, \`not-set-up\`, \`global\` |
| \`contents\` | \`company\` | \`blank\`: preferences and company info only |
| \`gateways\` | Stripe, PayPal, Bank transfer, Cheque, Cash on delivery | each gets a \`<name> clearing\` account and a payment method |
| \`history\` | none | \`{ documents: 1000 }\`: customers of any script, goods, sales, invoices, payments, refunds, credits and deposits of the year before; with \`currencies: ['JPY', 'KWD']\` every fifth buyer pays in one of them. \`streamDocuments(options)\` yields the same documents one by one, for companies that would not fit into memory |
| \`companies\` | none | further companies of the same server, each with its realm, tokens, limits and switches |
| \`start\`, \`running\` | 2026-11-22T17:00:00Z, \`true\` | where the virtual clock starts, and whether real time passes on top |
| \`limits\`, \`serviceMs\` | all, 200 | ${limitsText()}; \`false\` for none |
| \`switches\` | as documented | one per point on which the sources differ or are silent, below |
| \`points\` | all on | \`{ off: [31] }\` takes a point of the checklist away, to see which tests notice |
| \`seed\`, \`port\`, \`redirectUris\`, \`answersOf\` | 1, any, loopback, 2026 | |

\`books.snapshot()\`, \`books.restore(snapshot)\` and \`books.reset()\` go back in milliseconds; \`books.addCompany()\` opens one more.
A request may carry \`x-sim-now: <epoch ms>\`: the clock moves there (never back) and the limits count by it.

## Control plane

Never counted, logged or disturbed by faults. \`?realm=\` chooses a company, the first one by default.

| | |
|---|---|
| \`GET /__sim\` | the company in short, or in a browser a page with documents, accounts, notifications and requests |
| \`GET /__sim/ledger?kinds=document&offset=0&limit=1000\`, \`?format=ndjson\` | accounts, customers, items, documents with lines, tax per rate, links and movements per account (debits positive) |
| \`GET /__sim/requests\`, \`POST /__sim/reset-counts\` | counts per kind: reads, writes, batches, batch items, refused, metered |
| \`POST /__sim/faults\`, \`DELETE /__sim/faults\` | \`{ "method": "POST", "url": "/invoice", "kind": "drop-after" }\`, a list of such rules, or \`{ "seeded": { "seed": 1, "rate": 0.1 } }\`; \`throttled\`, \`system-failure\` and \`unavailable\` are QuickBooks' own answers |
| \`POST /__sim/clock\` | \`{ "advance": 3600000 }\`, \`{ "to": "2027-01-01T00:00:00Z" }\`, \`{ "skewMs": -120000 }\` for a clock that is wrong |
| \`POST /__sim/ui\` | a bookkeeper: \`create\`, \`edit\`, \`delete\`, \`void\`, \`close-books\`, \`merge\`, \`disconnect\` |
| \`POST /__sim/ties\` | \`{ "entity": "Invoice", "count": 500 }\` changed in one second |
| \`POST /__sim/webhooks\`, \`POST /__sim/webhooks/pump\` | where notifications go and how; send what is due |
| \`POST /__sim/snapshot\`, \`restore\`, \`reset\`, \`switches\`, \`companies\` | |
`

const lacking = `## Not modelled

Bills and their payments, taxes on purchases, time, attachments, budgets · reports but those named above · GraphQL and enhanced custom
fields · XML bodies · payments and payroll APIs · price rules, progress invoicing, recurring transactions.

Decided where the sources are silent: a discount outside the US lowers every code's base in proportion to its lines; inclusive prices
are made net line by line, and an override moves the cents into the largest line; journals and deposits are taxed by the same rules,
on lines that name a code; a linked line of a deposit has exactly the amount that lies in Undeposited Funds; a credit that disappears
opens the invoices again that it paid, the last one first; components of a bundle stand under the tax code of their item; refused
requests use up no limit.
`

function limitsText(): string {
  const { perMinute, perSecond, concurrent, batchesPerMinute, itemsPerBatch, reportsPerMinute } = defaultLimits
  return `${perMinute} a minute, ${perSecond} a second, ${concurrent} in flight, ${batchesPerMinute} batches and ${reportsPerMinute} reports a minute, ${itemsPerBatch} items in a batch`
}

const options = readFileSync(resolve(import.meta.dirname, '../../src/quickbooks/options.ts'), 'utf8')

/** What the comment above a switch says, without its default: that stands beside it. @throws when it says nothing */
function meaningOf(name: string): string {
  const comment = new RegExp(`/\\*\\* (.*) \\*/\\n  ${name}:`).exec(options)?.[1]
  if (comment === undefined) throw new Error(`no comment on the switch ${name}`)
  return comment.replaceAll('|', '\\|')
}

/** The page about this simulator. `replay` is the section about the exchanges. */
export function documentation(cases: readonly PointCase<never>[], replay: string): string {
  const tests = (point: number) => cases.filter((testCase) => testCase.point === point).length
  const row = ({ point, words, lacks }: ChecklistPoint) =>
    `| ${point} | ${words.replaceAll('|', '\\|')} | ${tests(point)} | ${lacks ?? ''} |`
  const areas = [...new Set(checklist.map(({ area }) => area))]
  const tables = areas.map((area) => {
    const rows = checklist.filter((entry) => entry.area === area).map(row)
    return [
      `### ${area}`,
      '',
      '| Point | What a faithful simulator must reproduce | Tests | Not modelled of it |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n')
  })
  const switches = Object.entries(defaultSwitches).map(
    ([name, value]) => `| \`${name}\` | ${value === undefined ? '' : `\`${String(value)}\``} | ${meaningOf(name)} |`,
  )
  const questions = doubts.map(
    ({ doubt, question, settings }) => `| ${doubt} | ${question} | ${settings.map((name) => `\`${name}\``).join(', ')} |`,
  )
  return [
    intro,
    `## Modelled\n\n${checklist.length} points, ${cases.length} tests over HTTP. \`npm run prove:points\` switches the points off one by one: the tests of each must then fail.\n`,
    `Entities: ${entityNames.join(', ')}; ExchangeRate, TaxService. Reports: TransactionList, GeneralLedger, ProfitAndLoss, BalanceSheet, TrialBalance, AgedReceivables, CustomerBalanceDetail.\n`,
    ...tables,
    '## Doubts and their switches\n',
    ['| No. | Not known for certain | Decided by |', '|---|---|---|', ...questions, ''].join('\n'),
    ['| Switch | Default | |', '|---|---|---|', ...switches, ''].join('\n'),
    lacking,
    replay,
  ].join('\n')
}

/** What the replay of the published exchanges found. */
export function replaySection(rows: readonly ReplayRow[]): string {
  const equal = rows.filter(({ result }) => result === 'equal').length
  const named = rows.filter(({ result }) => result !== 'equal').map(({ file, reason }) => `| ${file} | ${reason ?? ''} |`)
  return [
    replayHeading,
    '',
    `\`npm run replay -- FOLDER\` replays ${rows.length} published and recorded exchanges, each from the state it implies: ${equal} equal, ${rows.length - equal} not modelled. Ignored are ids and times only; a test alters every other field and sees the replay turn red.`,
    '',
    '| Exchange | Why it cannot be told from rules |',
    '|---|---|',
    ...named,
    '',
    '`node-quickbooks` and `intuit-oauth` drive it in the tests; arithmetic is checked against `big.js`, the query parser against statements generated from its grammar, the ledger by property.',
    '',
  ].join('\n')
}

export const replayHeading = '## Held against recordings'
