/** A question that nobody can answer before the first real company (quickbooks.md 18), and the settings that decide it here. */
export interface Doubt {
  doubt: number
  question: string
  /** Names of switches, or of other settings as `group.name`. */
  settings: readonly string[]
}

const questions: [question: string, ...settings: string[]][] = [
  ['`void` or `voided` in CloudEvents types', 'webhooks.voidVerb'],
  ['Batch 40 or 120 per minute', 'limits.batchesPerMinute'],
  ['10 per second or 10 concurrent', 'limits.perSecond', 'limits.concurrent'],
  ['Retry-After on 429', 'retryAfter'],
  ['requestid: how long it is kept, and other content under a known one', 'requestIdLifeMs', 'requestIdReuse'],
  ['401 or 403 for a token of another realm', 'otherRealm'],
  ['Delete of an invoice with payments', 'deletePaidInvoice'],
  ['MAXRESULTS above 1000: error or cap', 'pageAbove1000'],
  ['ExchangeRate honoured', 'exchangeRate'],
  ['Override of automated sales tax', 'taxOverride'],
  ['Input form of TaxInclusive lines', 'inclusiveInput'],
  ['Percent discount on inclusive forms', 'inclusivePercent'],
  ['Answer when the CorePlus allowance is spent', 'blockedStatus', 'readsPerMonth', 'readsBlocked'],
  ['Webhooks: events per delivery; content of `data`', 'webhooks.eventsPerDelivery', 'webhooks.data'],
  ['minorversion above 75', 'newerMinorVersion'],
  ['CDC `changedSince` older than 30 days: cut or error', 'oldCdc'],
  ['Character set of US companies', 'characters'],
  ['PKCE', 'pkce'],
  ['Grace of an old refresh token after rotation', 'refreshGraceMs'],
  ['Country as ISO-3 on customer addresses', 'isoCountries'],
]

export const doubts: readonly Doubt[] = questions.map(([question, ...settings], index) => ({ doubt: index + 1, question, settings }))
