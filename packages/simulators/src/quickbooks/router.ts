import { runBatch } from './batch.ts'
import { changes } from './cdc.ts'
import type { Company } from './company.ts'
import type { EntityDefinition } from './entities/definition.ts'
import { entityByName } from './entities/registry.ts'
import { success } from './envelope.ts'
import { exchangeRate, putExchangeRate } from './exchange-rates.ts'
import { faults } from './fault.ts'
import { create, deletedAnswer, read, remove, update, voidTransaction } from './operations.ts'
import { runQuery } from './query/run.ts'
import { runReport } from './reports/run.ts'
import { send } from './send.ts'
import { createTaxCode } from './tax-service.ts'
import { isFields, textOf, type Fields } from './values.ts'
import type { SimRequest, SimResponse } from '../shared/server.ts'

/** Answers a request that got past the gateway. @throws QboFault */
export function route(company: Company, request: SimRequest, url: URL, segments: string[], requestId: string | undefined): SimResponse {
  const [first = '', second, third, ...rest] = segments
  const wrap = (body: Fields) => success(body, company.clock.now(), company.settings.points)
  const query = url.searchParams
  const unknown = () => (company.on(1) ? faults.unsupported(url.pathname) : faults.notFound())
  readMinorVersion(company, query)
  if (rest.length > 0) throw unknown()
  if (first === 'query' && second === undefined) return wrap(runQuery(company, statementOf(request, query)))
  if (first === 'cdc' && second === undefined && request.method === 'GET')
    return wrap(changes(company, query.get('entities') ?? undefined, query.get('changedSince') ?? undefined))
  if (first === 'batch' && second === undefined && request.method === 'POST')
    return wrap(runBatch(company, bodyOf(company, request), { requestId }))
  if (first === 'taxservice' && second === 'taxcode' && request.method === 'POST')
    return unwrapped(createTaxCode(company, bodyOf(company, request)))
  if (first === 'exchangerate')
    return wrap(request.method === 'GET' ? exchangeRate(company, query) : putExchangeRate(company, bodyOf(company, request)))
  if (first === 'reports' && second !== undefined && third === undefined && request.method === 'GET')
    return unwrapped(runReport(company, second, query))
  const definition = entityByName(first)
  if (definition === undefined || (first !== first.toLowerCase() && company.on(1))) throw unknown()
  if (request.method === 'POST') {
    if (second === undefined) return wrap(write(company, definition, bodyOf(company, request), query))
    if (third === 'send') return wrap({ [definition.name]: read(company, send(company, definition, second, query.get('sendTo'))) })
    throw unknown()
  }
  if (request.method !== 'GET') throw unknown()
  if (third === 'pdf') return pdf(company, definition, second!)
  if (third !== undefined) throw unknown()
  return wrap({ [definition.name]: readOne(company, definition, second) })
}

/** Values below 75 count as 75, and so does a missing one (quickbooks.md 1.3). Without that rule old versions answer old fields. */
function readMinorVersion(company: Company, query: URLSearchParams): void {
  const sent = Number(query.get('minorversion') ?? 0)
  if (sent > 75 && company.settings.switches.newerMinorVersion === 'refuse') throw faults.enumeration('minorversion', String(sent))
  company.answersOf = company.on(7) || sent >= 75 ? company.settings.answersOf : 2014
}

function readOne(company: Company, definition: EntityDefinition, id: string | undefined): Fields {
  if (definition.name === 'Preferences' || definition.name === 'CompanyInfo') return read(company, company.find(definition.name, '1')!)
  if (id === undefined) throw faults.required('Id')
  const stored = company.findAny(definition.name, id)
  if (stored === undefined && !/^\d+$/.test(id)) throw faults.invalidId(id)
  if (stored === undefined) throw faults.inactive()
  if (stored.deleted && company.on(24)) throw faults.deleted()
  return read(company, stored)
}

function write(company: Company, definition: EntityDefinition, body: Fields, query: URLSearchParams): Fields {
  const include = new Set((query.get('include') ?? '').toLowerCase().split(',').filter(Boolean))
  const operation = query.get('operation')?.toLowerCase()
  const answer = (fields: Fields) => ({ [definition.name]: fields })
  if (operation === 'delete') return answer(deletedAnswer(company, remove(company, definition, body)))
  if (operation === 'void' || include.has('void')) return answer(read(company, voidTransaction(company, definition, body)))
  if (operation !== undefined && operation !== 'update' && operation !== 'create') throw faults.unsupportedOperation(operation)
  if (textOf(body.Id) !== undefined && textOf(body.Id) !== '' && operation !== 'create')
    return answer(read(company, update(company, definition, body, { include })))
  const stored = create(company, definition, body, { include })
  if (definition.name !== 'Account') return answer(read(company, stored))
  // The answer of a fresh account has no LastUpdatedTime yet; later reads do (quickbooks.md 10.1).
  stored.fresh = true
  const fresh = read(company, stored)
  stored.fresh = false
  return answer(fresh)
}

/** The statement: in the URL, or as the body of a POST (quickbooks.md 1.2). */
function statementOf(request: SimRequest, query: URLSearchParams): string {
  const sent = query.get('query') ?? (request.method === 'POST' ? request.body : '')
  if (sent.trim() === '') throw faults.queryParse('Encountered "<EOF>" at position 1. Was expecting: "SELECT"')
  return sent
}

function bodyOf(company: Company, request: SimRequest): Fields {
  let body: unknown
  try {
    body = JSON.parse(request.body)
  } catch {
    if (!company.on(8)) return {}
    throw faults.unreadable('JSON in the request')
  }
  if (!isFields(body)) throw faults.unreadable('JSON in the request')
  return body
}

/** TaxService and reports answer without wrapper and time (quickbooks.md 1.6, 13). */
function unwrapped(body: Fields): SimResponse {
  return { status: 200, headers: { 'content-type': 'application/json;charset=utf-8' }, body: JSON.stringify(body) }
}

/** A one-page PDF that names the document. */
function pdf(company: Company, definition: EntityDefinition, id: string): SimResponse {
  const stored = company.find(definition.name, id)
  if (stored === undefined || !definition.sendable) throw faults.inactive()
  const title = `${definition.name} ${textOf(stored.fields.DocNumber) ?? id}`
  const text = `BT /F1 24 Tf 72 700 Td (${title.replaceAll(/[()\\]/g, '')}) Tj ET`
  const body = `%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>> endobj
4 0 obj <</Length ${text.length}>> stream
${text}
endstream endobj
trailer <</Root 1 0 R>>
%%EOF
`
  return { status: 200, headers: { 'content-type': 'application/pdf' }, body: new TextEncoder().encode(body) }
}
