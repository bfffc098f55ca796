import { createQuickBooks, type QuickBooks } from './quickbooks.ts'
import { seedTaxes } from './seed/taxes.ts'
import { firstDifference } from './replay/compare.ts'
import { readExchanges, timeOf, type Exchange } from './replay/exchange.ts'
import { impossible } from './replay/impossible.ts'
import { preparedFor } from './replay/prepare.ts'
import { replayTokens } from './replay/tokens.ts'
import { replayWebhook } from './replay/webhooks.ts'
import type { ReplayRow } from '../replay/row.ts'
import { exchange as perform } from '../shared/server.ts'

/**
 * Replays the exchanges of a folder, each from the state it implies, against a QuickBooks company, and compares status,
 * shape, codes, totals and tax. Ignored are ids, times and `intuit_tid`.
 *
 * @returns a row per file, sorted by name
 */
export async function replayQuickBooks(folder: string): Promise<ReplayRow[]> {
  const rows: ReplayRow[] = []
  for (const exchange of await readExchanges(folder)) rows.push(await replayExchange(exchange))
  return rows
}

/** One exchange; never throws: what goes wrong is its reason. */
export async function replayExchange(exchange: Exchange): Promise<ReplayRow> {
  const { file } = exchange
  const why = impossible(exchange)
  if (why !== undefined) return { file, result: 'not-modelled', reason: why }
  try {
    return verdictOn(exchange, await differenceOf(exchange))
  } catch (error) {
    return verdictOn(exchange, `replay failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function verdictOn({ file }: Exchange, difference: string | undefined): ReplayRow {
  return difference === undefined ? { file, result: 'equal' } : { file, result: 'different', reason: difference }
}

async function differenceOf(exchange: Exchange): Promise<string | undefined> {
  if (exchange.path.includes('/oauth2/')) return replayTokens(exchange)
  if (exchange.rawBody !== undefined) return replayWebhook(exchange)
  return (await answerTo(exchange)).differenceFrom(exchange)
}

/** What the company answered, in the state that an exchange implies. */
export interface ReplayedAnswer {
  /** Where a recorded answer to the same request differs from it: in status, headers or body. */
  differenceFrom(recorded: Pick<Exchange, 'status' | 'response'>): string | undefined
}

export async function answerTo(exchange: Exchange): Promise<ReplayedAnswer> {
  const sim = companyOf(exchange)
  const compared = preparedFor(sim, exchange)
  const outcome = await perform(sim.platform, {
    method: exchange.method,
    url: compared.url,
    headers: { authorization: `Bearer ${sim.accessToken}`, accept: 'application/json', 'content-type': 'application/json' },
    body: exchange.request === null || exchange.request === undefined ? '' : JSON.stringify(exchange.request),
  })
  if (outcome.kind === 'dropped') return { differenceFrom: () => 'the connection was dropped' }
  const { status, headers } = outcome.response
  const body = String(outcome.response.body)
  let shown: unknown
  return {
    differenceFrom(recorded) {
      if (status !== recorded.status) return `status: ${recorded.status} recorded, ${status} answered: ${body.slice(0, 300)}`
      if (headers.intuit_tid === undefined) return 'intuit_tid is missing'
      if (typeof recorded.response === 'string') return firstDifference(withoutTimes(recorded.response), withoutTimes(body))
      return firstDifference(compared.told(recorded.response), (shown ??= compared.shown(JSON.parse(body))))
    },
  }
}

const withoutTimes = (xml: string) => xml.replaceAll(/time="[^"]*"/g, 'time=""').trim()

/** A company that stood where the recording was made: no objects, the sample company's taxes, the year's fields. */
function companyOf(exchange: Exchange): QuickBooks {
  const start = timeOf(exchange)
  const year = Number(start.slice(0, 4))
  const sim = createQuickBooks({ contents: 'blank', start, running: false, answersOf: year, switches: { oldCdc: 'all' } })
  seedTaxes(sim.company, 'US')
  sim.company.homeTaxCode = '2'
  // Accounts that nobody sees until an exchange names them.
  for (const role of ['receivable', 'undeposited', 'discounts', 'shipping', 'tips', 'uncategorised-income', 'opening-equity'] as const)
    sim.company.setAccount(role, `hidden-${role}`)
  sim.company.hideTaxAccounts()
  return sim
}
