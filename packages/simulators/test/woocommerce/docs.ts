import type { ReplayRow } from '../../src/replay/row.ts'
import { unmodelledRoutes } from '../../src/woocommerce/resources/unmodelled.ts'
import { KNOWN_DIFFERENCES } from './known-differences.ts'
import { groups } from './points/index.ts'

const INTRODUCTION = `# The WooCommerce simulator

A WooCommerce 10.5 shop on loopback that answers REST v3 as a real one does: it computes orders, taxes, coupons and refunds by the
shop's own rules, refuses what the shop refuses, and leaves behind what the shop leaves behind.

This page is written by a test from the checklist and from the replay of a recorded session; \`npx vitest run
packages/simulators/test/woocommerce/docs.test.ts -u\` writes it anew.

\`\`\`ts
import { startWooCommerce } from '@syncline/simulators'

const shop = await startWooCommerce({ seed: 1, orders: 1_000 })
const authorization = \`Basic \${btoa(\`\${shop.consumerKey}:\${shop.consumerSecret}\`)}\`
const response = await fetch(\`\${shop.url}/wp-json/wc/v3/orders?per_page=100\`, { headers: { authorization } })
console.log(response.headers.get('x-wp-total'), shop.mix)
await shop.close()
\`\`\`

\`createWooCommerce(options)\` is the same shop without a socket. \`shop.fetch(request)\` stands in for \`fetch\`; \`shop.respond(request)\` is
a resolver of msw, where a dropped connection is a \`Response.error()\`:

\`\`\`js
setupServer(http.all('https://shop.example/*', ({ request }) => shop.respond(request)))
\`\`\`

Open \`/__sim\` in a browser to see orders, webhooks and the request log.

## Options

\`seed\`, \`orders\` (default 100 with a seed, else an empty shop), \`country\` (\`CA\`, \`US\`, \`GB\`, \`AU\`, \`JP\`, \`KW\`), \`compound\`, \`start\`
(ISO instant of the virtual clock), \`running\` (real time passes too: needed by clients that sign with OAuth 1.0a), \`siteTimezone\`,
\`currency\`, \`hpos\`, \`version\`, \`assumeHttps\` (default true: Basic and query keys count), \`home\`, \`port\`, \`sendWebhook\`, \`points\`.

Keys: \`consumerKey/Secret\` (administrator, read and write), \`readOnlyKey/Secret\`, \`writeOnlyKey/Secret\`, \`customerKey/Secret\`
(right key, no rights).

## The seeded shop

At home in Canada, the United States, Great Britain (VAT inside the prices, three rates), Australia (GST inside), Japan (yen without
decimals, two rates) or Kuwait (dinar with three decimals). Buyers from its regions and from abroad; guests and customers in many
scripts, from right to left and beyond the first plane, some of the same name; simple and variable products, one or several rates, with
\`compound\` one more on top; card, PayPal, bank transfer, cheque and cash on delivery, coupons, fees, gift cards as negative fees, refunds
of every kind, cancelled, failed, trashed orders and some that were changed later. \`shop.mix\` counts what is really there. Orders are
written by the code that answers the API, on a clock that runs through the days before \`start\`. \`streamOrders(options)\` yields the same
orders one by one, for shops that would not fit into memory.

## Control plane

Below \`/__sim/\`, never counted and never disturbed: \`GET ledger\` (\`?what=orders|customers|products|coupons&from=&limit=\`, \`?format=ndjson\`),
\`GET requests\`, \`POST reset-counts\`, \`POST faults\` (rules, or \`{seeded: {seed, rate, kinds}}\`), \`DELETE faults\`, \`POST clock\`
(\`{advanceMs}\`, \`{to}\`, \`{skewMs}\`), \`POST ties\` (\`{count}\`: as many orders changed in one second), \`POST race\` (\`{requests}\`), \`POST environment\` (\`{mode:
normal|maintenance|database-down}\`), \`POST snapshot\`, \`POST restore\`, \`POST reset\`, \`POST webhooks/run\`.
`

const NOT_MODELLED = `- Orders as the storefront's checkout stores them, with less rounded amounts.
- Image downloads: every source is refused.
- The full tables of countries and settings. Of the 163 currencies 45 have the shop's own names and symbols, the others those of Unicode.
- \`wc-analytics\`, \`wc/v1\`, \`wc/v2\`, \`wp/v2\`, the Store API, REST caching; refund previews of 11.1.
- Webhooks of \`action.…\` topics are taken but never sent.
- Races between parallel requests by themselves: the simulator answers one at a time. \`POST /__sim/race\` makes the next writes check
  before any of them has written, as was measured for SKUs, e-mails, coupon uses and refunds.
- Scheduled jobs: stock holding, draft clean-up, emptying the trash.
- Sales reports under post storage.`

/** How a replay went, as the page says it. */
export function replaySection(rows: readonly ReplayRow[]): string {
  const equal = rows.filter((row) => row.result === 'equal').length
  const others = rows.filter((row) => row.result !== 'equal')
  return `\`npm run replay\` sends a recorded session of a real shop to an empty simulator. Of its ${rows.length} exchanges ${equal} are
answered equally (${((equal / rows.length) * 100).toFixed(1)} %), in status, headers and body. The others:

| File | Why |
| --- | --- |
${others.map(({ file, reason }) => `| ${file} | ${KNOWN_DIFFERENCES[file] ?? `unexplained: ${reason ?? ''}`} |`).join('\n')}`
}

/** The page about this simulator. @param replay its replay section */
export function renderDocs(replay: string): string {
  const points = new Set(groups.flatMap(({ cases }) => cases.map(({ point }) => point))).size
  const routes = unmodelledRoutes.map(({ path }) => `\`${path.replace(/\{(\w+)[*+]?\}/g, '{$1}')}\``)
  return `${INTRODUCTION}
## Modelled

Each of these ${points} points has a test named after it, and a switch: \`points: { off: [31] }\` gives a shop that gets the point wrong.
\`npm run prove:points\` turns them off one by one; each test must then fail.

${groups.map(({ title, cases }) => `### ${title}\n\n${cases.map((each) => `- ${each.point} ${each.title}`).join('\n')}`).join('\n\n')}

## Not modelled

${NOT_MODELLED}
- These routes stand in the index and answer 501 \`simulator_not_modelled\`:
${routes.map((route) => `  ${route}`).join(',\n')}.

${REPLAY_HEADING}

${replay}
`
}

const REPLAY_HEADING = '## Held against recordings'

/** The replay section of a page that was written where the recordings were. */
export function keptReplaySection(page: string): string {
  return page.slice(page.indexOf(REPLAY_HEADING) + REPLAY_HEADING.length).trim()
}
