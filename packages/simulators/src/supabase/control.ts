import type { FaultRule, Faults } from '../shared/faults.ts'
import type { RequestLog } from '../shared/request-log.ts'
import type { SimRequest, SimResponse } from '../shared/server.ts'

/**
 * Control plane for other processes, below `/__sim`; its requests are never counted, logged or disturbed.
 * `GET /__sim/requests` answers the counts (`?entries=1` adds the logged requests), `POST /__sim/reset-counts` starts them anew,
 * `POST /__sim/faults` scripts a JSON array of fault rules, `DELETE /__sim/faults` clears them.
 */
export function countingControl({ log, faults }: { log: RequestLog; faults: Faults }): (request: SimRequest) => SimResponse {
  return ({ method, url, body }) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    const route = `${method} ${pathname}`
    if (route === 'GET /__sim/requests')
      return json(200, searchParams.has('entries') ? { ...log.counts(), entries: log.entries() } : log.counts())
    if (route === 'POST /__sim/reset-counts') {
      log.clear()
      return json(200, log.counts())
    }
    if (route === 'POST /__sim/faults') {
      const rules = JSON.parse(body) as FaultRule[]
      faults.script(rules)
      return json(200, { scripted: rules.length })
    }
    if (route === 'DELETE /__sim/faults') {
      faults.clear()
      return json(200, {})
    }
    return json(404, { message: `no such control: ${route}` })
  }
}

const json = (status: number, body: unknown): SimResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})
