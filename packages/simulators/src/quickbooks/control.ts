import { ledgerLines, ledgerPage } from './ledger.ts'
import type { Company } from './company.ts'
import type { CompanyOptions } from './options.ts'
import type { ConnectedCompany, QuickBooks } from './quickbooks.ts'
import type { Snapshot } from './realm.ts'
import { actAsUser } from './ui.ts'
import { QboFault } from './fault.ts'
import { platformFault, type NamedFault } from './named-faults.ts'
import { overview } from './overview.ts'
import { entityByName } from './entities/registry.ts'
import { floodWithTies } from './tie-flood.ts'
import { isFields, textOf, type Fields } from './values.ts'
import type { WebhookSettings } from './webhooks.ts'
import type { FaultSeed } from '../shared/faults.ts'
import { renderPage, wantsHtml } from '../shared/page.ts'
import type { SimRequest, SimResponse } from '../shared/server.ts'

/** Snapshots taken over HTTP, one per company. */
const snapshots = new WeakMap<object, Snapshot>()

/** The control plane below `/__sim`: not in QuickBooks (quickbooks.md 17). */
export async function answerControl(request: SimRequest, sim: QuickBooks): Promise<SimResponse> {
  const url = new URL(request.url, 'http://quickbooks.sim')
  const body = readBody(request)
  const realm = url.searchParams.get('realm')
  const chosen = realm === null ? sim : sim.companies.find((candidate) => candidate.realmId === realm)
  if (chosen === undefined) return json({ error: `no company ${realm}` }, 404)
  try {
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /__sim':
        if (wantsHtml(request)) return renderPage(overview(sim, chosen.company))
        return json({
          platform: 'quickbooks',
          realmId: chosen.realmId,
          realms: sim.companies.map((company) => company.realmId),
          now: sim.clock.now(),
          company: summary(chosen.company),
          requests: sim.counters.read(),
        })
      case 'GET /__sim/ledger':
        return url.searchParams.get('format') === 'ndjson'
          ? ndjson(ledgerLines(chosen.company, url.searchParams))
          : json(ledgerPage(chosen.company, url.searchParams))
      case 'GET /__sim/requests':
        return json({ ...sim.counters.read(), newest: url.searchParams.get('entries') === '1' ? sim.log.entries().slice(-100) : undefined })
      case 'POST /__sim/faults':
        if (isFields(body.seeded)) {
          sim.faults.seed(body.seeded as unknown as FaultSeed)
          return json({ ok: true })
        }
        sim.faults.script(
          (Array.isArray(body.rules) ? body.rules : [body]).map((rule) => platformFault(rule as NamedFault, sim.clock.now())),
        )
        return json({ ok: true })
      case 'DELETE /__sim/faults':
        sim.faults.clear()
        return json({ ok: true })
      case 'POST /__sim/clock':
        if (typeof body.advance === 'number') sim.clock.advance(body.advance)
        if (typeof body.skewMs === 'number') sim.clock.skew(body.skewMs)
        if (body.to !== undefined) sim.clock.advanceTo(typeof body.to === 'number' ? body.to : Date.parse(String(body.to)))
        return json({ now: sim.clock.now() })
      case 'POST /__sim/ties': {
        const definition = entityByName(textOf(body.entity) ?? '')
        if (definition === undefined) return json({ error: `no entity ${String(body.entity)}` }, 400)
        const second = floodWithTies(chosen.company, definition.name, typeof body.count === 'number' ? body.count : undefined)
        return json({ second: new Date(second).toISOString() })
      }
      case 'POST /__sim/reset-counts':
        sim.counters.clear()
        sim.log.clear()
        return json({ ok: true })
      case 'POST /__sim/reset':
        if (realm === null) sim.reset()
        else chosen.reset()
        return json({ ok: true })
      case 'POST /__sim/snapshot':
        snapshots.set(chosen, chosen.snapshot())
        return json({ ok: true })
      case 'POST /__sim/restore':
        return restored(chosen)
      case 'POST /__sim/companies': {
        const { realmId, accessToken, refreshToken } = sim.addCompany(body as CompanyOptions)
        return json({ realmId, accessToken, refreshToken })
      }
      case 'POST /__sim/switches':
        Object.assign(chosen.switches, body)
        return json({ ...chosen.switches })
      case 'POST /__sim/ui': {
        const done = actAsUser(chosen.company, body, sim.oauth, realm ?? undefined)
        if (sim.webhooks.settings.url !== undefined) await sim.webhooks.pump()
        return json(done)
      }
      case 'POST /__sim/webhooks':
        sim.webhooks.settings = { ...sim.webhooks.settings, ...(body as WebhookSettings) }
        return json(sim.webhooks.settings)
      case 'POST /__sim/webhooks/pump':
        await sim.webhooks.pump()
        return json({ deliveries: sim.webhooks.history() })
      case 'GET /__sim/webhooks':
        return json({ settings: sim.webhooks.settings, deliveries: sim.webhooks.history() })
      default:
        return json({ error: `nothing at ${request.method} ${url.pathname}` }, 404)
    }
  } catch (error) {
    if (error instanceof QboFault) return json({ error: error.message, code: error.errors[0]?.code }, 400)
    throw error
  }
}

function restored(company: ConnectedCompany): SimResponse {
  const snapshot = snapshots.get(company)
  if (snapshot === undefined) return json({ error: 'no snapshot was taken' }, 400)
  company.restore(snapshot)
  return json({ ok: true })
}

function summary(company: Company): Fields {
  const counts: Fields = {}
  for (const [entity, objects] of company.objects) if (objects.size > 0) counts[entity] = objects.size
  return counts
}

function readBody(request: SimRequest): Fields {
  if (request.body === '') return {}
  const body: unknown = JSON.parse(request.body)
  return isFields(body) ? body : { rules: body }
}

function json(body: unknown, status = 200): SimResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function ndjson(lines: Iterable<unknown>): SimResponse {
  let body = ''
  for (const line of lines) body += `${JSON.stringify(line)}\n`
  return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body }
}
