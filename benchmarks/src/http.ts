import { createHttp, createLimiter, systemSeams } from '@syncline/core'
import { cpuOf, inTurn } from './cpu.ts'
import type { Section } from './figure.ts'

const address = 'https://books.example/v3/company/1/batch?requestid=1'
const headers = { accept: 'application/json', 'content-type': 'application/json', authorization: 'Bearer token' }
const requests = 2_000

/** The one way out of the process (egress, limiter, timeouts, size cap, redaction, ky) beside a bare fetch, over a network that answers at once. */
export async function http(): Promise<Section[]> {
  const sizes = [
    { name: 'an answer of 2 KiB', bytes: 2_048 },
    { name: 'an answer of 60 KiB', bytes: 60 * 1_024 },
    { name: 'an answer of 400 KiB', bytes: 400 * 1_024 },
  ]
  const figures = []
  for (const { name, bytes } of sizes) {
    const answer = new TextEncoder().encode(JSON.stringify({ text: 'x'.repeat(bytes) }))
    const fetch: typeof globalThis.fetch = async () => new Response(answer, { headers: { 'content-type': 'application/json' } })
    const { clock } = systemSeams()
    const limiter = createLimiter({ limits: { requestsPerMinute: 10_000_000, concurrency: 10 }, clock })
    const choke = createHttp({ seams: { ...systemSeams(), fetch }, limiter, lookup: async () => ['93.184.215.14'] })
    const body = 'x'.repeat(2_048)
    const cost = await inTurn(5, {
      measured: () =>
        cpuOf(async () => {
          for (let sent = 0; sent < requests; sent++)
            JSON.parse((await choke.request({ kind: 'write', method: 'POST', url: address, headers, body })).body)
        }),
      floor: () =>
        cpuOf(async () => {
          for (let sent = 0; sent < requests; sent++) JSON.parse(await (await fetch(address, { method: 'POST', headers, body })).text())
        }),
    })
    figures.push({ name, unit: 'µs', value: cost.measured / requests, floor: cost.floor / requests })
  }
  return [{ title: 'http: CPU per request, answer read and parsed', figures, notes: ['floor: fetch, text, JSON.parse.'] }]
}
