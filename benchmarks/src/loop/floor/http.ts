import type { Http, HttpAnswer, OutgoingRequest } from '@syncline/core'

/** A bare fetch in the shape that the connectors' clients want. */
export function bareHttp(fetch: typeof globalThis.fetch): Http {
  return {
    fetch,
    async request({ method, url, headers, body }: OutgoingRequest): Promise<HttpAnswer> {
      const response = await fetch(url, { method, ...(headers && { headers }), ...(body !== undefined && { body }) })
      return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
    },
  }
}
