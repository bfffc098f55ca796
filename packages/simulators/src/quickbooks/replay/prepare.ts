import type { QuickBooks } from '../quickbooks.ts'
import type { EntityName } from '../entities/names.ts'
import { entityByName, registry } from '../entities/registry.ts'
import { fieldsOf, isFields, listOf, refId, textOf, type Fields } from '../values.ts'
import { entityOf, type Exchange } from './exchange.ts'
import { implyAddresses, implyObject, implyReferences, restoreTimes } from './implied.ts'
import { prepareReport } from './prepare-report.ts'
import { implyCustomFields, prepareQuery, prepareRows } from './prepare-rows.ts'
import { implyForm, implyRefusal } from './refusals.ts'

export interface Prepared {
  /** The request's address on this company. */
  url: string
  /** What of a recorded body is compared. */
  told(recorded: unknown): unknown
  /** The part of the answer that the recording shows. */
  shown(answer: unknown): unknown
}

const whole = (answer: unknown) => answer

/** Brings a company into the state that the exchange implies, and says what to ask and compare. */
export function preparedFor(sim: QuickBooks, exchange: Exchange): Prepared {
  const url = exchange.path
    .replace(/^\/v3\/company\/\d+/, `/v3/company/${sim.realmId}`)
    .replace(/(companyinfo\/)\d{10,}/, `$1${sim.realmId}`)
  const prepared: Prepared = { url, told: whole, shown: whole }
  const answer = fieldsOf(exchange.response)
  const query = new URL(exchange.path, 'http://quickbooks.sim').searchParams
  const entity = entityOf(exchange.path)
  if (exchange.status === 429) exhaust(sim)
  else if (isFields(answer.fault)) expire(sim, prepared)
  else if (isFields(answer.Fault)) prepareFault(sim, exchange, answer.Fault, entity, query, prepared)
  else if (Array.isArray(answer.BatchItemResponse)) prepareBatch(sim, exchange, answer.BatchItemResponse as Fields[])
  else if (isFields(answer.QueryResponse)) prepareQuery(sim, answer.QueryResponse, query.get('query') ?? '', prepared, exchange.note)
  else if (Array.isArray(answer.CDCResponse)) prepareCdc(sim, answer.CDCResponse as Fields[])
  else if (exchange.path.includes('/reports/')) prepareReport(sim, exchange, prepared)
  else if (exchange.path.includes('/taxservice/')) prepareTaxService(exchange, prepared)
  else if (exchange.path.includes('/exchangerate')) prepareRate(sim, fieldsOf(answer.ExchangeRate))
  else if (entity !== undefined) prepareOne(sim, exchange, entity, fieldsOf(answer[entity]), query)
  return prepared
}

/** As many requests as the company admits have arrived; the next one, in XML, is too many. */
function exhaust(sim: QuickBooks): void {
  sim.switches.throttleXml = true
  sim.switches.readsBlocked = true
}

/** The token's hour is over. The text echoes the token. */
function expire(sim: QuickBooks, prepared: Prepared): void {
  sim.clock.advance(3_600_001)
  prepared.shown = (answer) => JSON.parse(JSON.stringify(answer).replaceAll(sim.accessToken, 'FAKE-ACCESS-TOKEN')) as unknown
}

function prepareFault(
  sim: QuickBooks,
  exchange: Exchange,
  fault: Fields,
  entity: EntityName | undefined,
  query: URLSearchParams,
  prepared: Prepared,
): void {
  const error = fieldsOf(listOf(fault.Error)[0])
  const code = String(error.code)
  const detail = textOf(error.Detail) ?? ''
  const sent = fieldsOf(exchange.request)
  const missing = code === '2500' ? /element id (\S+) not found/.exec(detail)?.[1] : undefined
  implyReferences(sim.company, withoutReference(sent, missing))
  implyRefusal(sim, code, entity, sent, detail, query.get('operation') === 'delete')
  if (code === '2010') {
    // The list of known properties is the order of a Java class's fields; the rest of the text is compared.
    const cut = (text: unknown) => String(text).replace(/ \(\d+ known properties.*$/s, '')
    const shorten = (body: unknown) =>
      JSON.parse(JSON.stringify(body), (name, value: unknown) => (name === 'Detail' ? cut(value) : value)) as unknown
    prepared.told = shorten
    prepared.shown = shorten
  }
  if (code === '500') {
    // The host behind the gateway is part of the text.
    const host = (body: unknown) =>
      JSON.parse(JSON.stringify(body), (name, value: unknown) =>
        name === 'Detail'
          ? String(value)
              .replaceAll(/https:\/\/[^/]+(\/qbo\d+)?/g, '')
              .replaceAll(/\/company\/\d+/g, '/company/R')
          : value,
      ) as unknown
    prepared.told = host
    prepared.shown = host
  }
  if (code === '6240' && detail.endsWith(': null')) {
    // An old recording names no holder (quickbooks.md 19: match the code).
    prepared.shown = (body) =>
      JSON.parse(JSON.stringify(body), (name, value: unknown) =>
        name === 'Detail' ? `${String(value).slice(0, 36)}null` : name === 'element' ? undefined : value,
      ) as unknown
  }
}

function withoutReference(sent: Fields, id: string | undefined): unknown {
  if (id === undefined) return sent
  return JSON.parse(JSON.stringify(sent), (name, value: unknown) =>
    name.endsWith('Ref') && refId(value) === id ? undefined : value,
  ) as unknown
}

function prepareBatch(sim: QuickBooks, exchange: Exchange, answers: Fields[]): void {
  const items = listOf(fieldsOf(exchange.request).BatchItemRequest)
  for (const answer of answers) {
    if (isFields(answer.QueryResponse)) prepareRows(sim, answer.QueryResponse)
  }
  for (const answer of answers) {
    const item = items.find((candidate) => candidate.bId === answer.bId) ?? {}
    const name = Object.keys(item).find((key) => entityByName(key) !== undefined)
    const error = fieldsOf(listOf(fieldsOf(answer.Fault).Error)[0])
    if (name !== undefined && error.code !== undefined)
      implyRefusal(sim, String(error.code), entityByName(name)!.name, item[name], String(error.Detail), item.operation === 'delete')
  }
}

function prepareCdc(sim: QuickBooks, responses: Fields[]): void {
  for (const response of responses) for (const part of listOf(response.QueryResponse)) prepareRows(sim, part)
}

function prepareTaxService(exchange: Exchange, prepared: Prepared): void {
  // The printed answer has one rate more than the request: only what was asked for is compared.
  const sent = listOf(fieldsOf(exchange.request).TaxRateDetails).map((detail) => detail.TaxRateName)
  const ids = (body: unknown) => {
    const { TaxCodeId: _code, ...rest } = fieldsOf(body)
    return {
      ...rest,
      TaxRateDetails: listOf(rest.TaxRateDetails)
        .filter((detail) => sent.includes(detail.TaxRateName))
        .map(({ TaxRateId: _rate, ...detail }) => detail),
    }
  }
  prepared.told = ids
  prepared.shown = ids
}

function prepareRate(sim: QuickBooks, rate: Fields): void {
  sim.company.exchangeRates.set(`${String(rate.SourceCurrencyCode)} ${String(rate.AsOfDate)}`, rate)
}

/** A read, a create, an update, a void, a delete or a send of one object. */
function prepareOne(sim: QuickBooks, exchange: Exchange, entity: EntityName, answered: Fields, query: URLSearchParams): void {
  const { company } = sim
  const sent = fieldsOf(exchange.request)
  company.onlinePayments = answered.AllowOnlineACHPayment === true
  implyCustomFields(sim, answered)
  if (query.get('operation') === 'delete') return implyForm(sim, entity, sent, { token: Number(textOf(sent.SyncToken) ?? 0) })
  if (registry[entity].nameProperty === undefined || entity === 'Item') implyReferences(company, answered, sent)
  if (exchange.method === 'GET' || exchange.path.includes('/send')) return implyForRead(sim, exchange, entity, answered)
  implyAddresses(company, answered, sent)
  if (textOf(sent.Id) === undefined) return implyForCreate(sim, entity, sent, answered)
  implyObject(company, entity, before(sim, entity, sent, answered, query))
}

function implyForRead(sim: QuickBooks, exchange: Exchange, entity: EntityName, answered: Fields): void {
  if (entity === 'CompanyInfo' || entity === 'Preferences') sim.company.forget(sim.company.find(entity, '1')!)
  implyObject(
    sim.company,
    entity,
    exchange.path.includes('/send') ? { ...answered, EmailStatus: 'NotSet', DeliveryInfo: undefined } : answered,
  )
  restoreTimes(sim.company, entity, answered)
}

/** Ids and numbers go on from what came before. */
function implyForCreate(sim: QuickBooks, entity: EntityName, sent: Fields, answered: Fields): void {
  sim.company.reserveId(entity, String(Number(answered.Id) - 1))
  const number = Number(answered.DocNumber)
  if (sent.DocNumber === undefined && Number.isFinite(number)) sim.company.setNextDocNumber(number)
  const account = refId(answered.DepositToAccountRef)
  if (sent.DepositToAccountRef === undefined && account !== undefined) sim.company.setAccount('undeposited', account)
}

/** The object as it must have been before an update: what the request sets is unknown, so it is left out or other. */
function before(sim: QuickBooks, entity: EntityName, sent: Fields, answered: Fields, query: URLSearchParams): Fields {
  if (entity === 'CompanyInfo') sim.company.forget(sim.company.find(entity, '1')!)
  const prior: Fields = { ...answered, SyncToken: sent.SyncToken }
  if (query.get('operation') === 'void' || query.get('include') === 'void') {
    delete prior.PrivateNote
    prior.Line = listOf(answered.Line).map((line) => ({ ...line, Amount: 100 }))
    return prior
  }
  if (textOf(sent.SyncToken) === textOf(answered.SyncToken)) return prior
  for (const name of Object.keys(sent)) {
    if (
      ['Id', 'SyncToken', 'sparse', 'domain', 'MetaData', 'DepositToAccountRef', 'TxnDate', 'Type'].includes(name) ||
      name.endsWith('Ref')
    )
      continue
    if (name === 'Line') prior.Line = linesBefore(listOf(sent.Line), listOf(answered.Line))
    else if (name === registry[entity].nameProperty) prior[name] = `${String(answered[name])} before`
    else if (name === 'LegalName' || name === 'Description') prior[name] = 'before'
    else if (
      registry[entity].nameProperty === undefined ||
      !['UnitPrice', 'PurchaseCost', 'QtyOnHand', 'InvStartDate', 'TrackQtyOnHand', 'Taxable', 'Active'].includes(name)
    )
      delete prior[name]
  }
  return prior
}

/** A line sent without Id became a new one: the old one had the id before it. */
function linesBefore(sent: Fields[], answered: Fields[]): Fields[] {
  return answered.map((line, index) =>
    sent[index] !== undefined && sent[index].Id === undefined && line.Id !== undefined
      ? { ...line, Id: String(Number(line.Id) - 1) }
      : line,
  )
}
