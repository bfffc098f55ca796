import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { code, openCompany, type Answer, type Client } from './client.ts'

/** Writers that know a token each, some of them under a requestid that others use, too. */
const writers = fc.array(
  fc.record({
    token: fc.integer({ min: 0, max: 4 }),
    requestId: fc.option(fc.constantFrom('a', 'b', 'c')),
    fault: fc.constantFrom('none', 'none', 'none', 'drop-after', 'drop-before'),
  }),
  { minLength: 2, maxLength: 14 },
)

describe('writes that arrive together', () => {
  let company: Client
  let round = 0
  beforeAll(async () => {
    company = await openCompany()
  })
  afterAll(() => company.sim.close())

  it('win one token each, are done once for a requestid, and lose nothing that was told to succeed', async () => {
    await fc.assert(
      fc.asyncProperty(writers, async (attempts) => {
        round++
        const { Id } = await company.create('Customer', { DisplayName: `Contested ${round}` })
        // One requestid always stands for the same request, as a careful caller keeps it.
        const requests = attempts.map((attempt, index) => {
          const first = attempts.findIndex(({ requestId }) => requestId !== null && requestId === attempt.requestId)
          const origin = first < 0 ? index : first
          return { ...attempt, token: attempts[origin]!.token, note: `writer ${origin}`, origin }
        })
        for (const { fault, origin } of requests)
          if (fault !== 'none') company.sim.faults.script([{ kind: fault, url: `writer=${origin}` }])
        const answers = await Promise.all(
          requests.map(({ token, note, requestId, origin }) =>
            company
              .call('POST', `customer?writer=${origin}${requestId === null ? '' : `&requestid=${round}-${requestId}`}`, {
                Id,
                SyncToken: String(token),
                sparse: true,
                Notes: note,
              })
              .catch(() => undefined),
          ),
        )
        company.sim.faults.clear()
        const told = answers.flatMap((answer, index) => (answer === undefined ? [] : [{ answer, ...requests[index]! }]))
        for (const { answer } of told) if (answer.status !== 200) expect(code(answer), answer.text).toBe('5010')
        // All that share a requestid were told the same, to the byte.
        const byRequest = Map.groupBy(
          told.filter(({ requestId }) => requestId !== null),
          ({ requestId }) => requestId,
        )
        for (const [requestId, same] of byRequest) expect(new Set(same.map(({ answer }) => answer.text)).size, String(requestId)).toBe(1)
        // Each success raised the token by one from the one it knew; no token was won twice, none was skipped.
        const after = await company.read('Customer', Id)
        const won = new Map(told.filter(({ answer }) => answer.status === 200).map(({ answer, origin }) => [origin, customer(answer)]))
        const tokens = [...won.values()].map(({ SyncToken }) => Number(SyncToken))
        expect(new Set(tokens).size).toBe(tokens.length)
        for (const [origin, { SyncToken, Notes }] of won) {
          expect(Number(SyncToken)).toBe(requests[origin]!.token + 1)
          expect(Notes).toBe(`writer ${origin}`)
        }
        expect(Number(after.SyncToken)).toBeGreaterThanOrEqual(Math.max(0, ...tokens))
        const last = [...won.values()].find(({ SyncToken }) => SyncToken === after.SyncToken)
        if (last !== undefined) expect(after.Notes).toBe(last.Notes)
        // What nobody was told of was done by somebody whose answer was lost.
        const silent = requests.filter(({ fault }) => fault === 'drop-after').length
        expect(Number(after.SyncToken) - tokens.length).toBeLessThanOrEqual(silent)
      }),
      { numRuns: 60 },
    )
  })
})

function customer(answer: Answer): { SyncToken: string; Notes: string } {
  return answer.body.Customer as { SyncToken: string; Notes: string }
}
