import { describe, expect, it } from 'vitest'
import { complaintsOf, proveConverge } from './prove.ts'
import { mergeFields } from '../../../packages/core/src/engine/two-way/merge-fields.ts'
import { failedOnce } from './seeds.ts'

/** The whole proof is `npm run prove:converge`; these few histories are the same ones on every machine. */
describe('both sides agree once things calm down', () => {
  it.each([
    ['all', 'right', [101, 102, 103]],
    ['none', 'right', [104, 105]],
    ['all', 'broken', [106, 107]],
  ] as const)(
    'webhooks %s, timestamps %s',
    async (webhooks, timestamps, seeds) => {
      const proof = await proveConverge({ seeds, webhooks, timestamps })
      expect(complaintsOf(proof, false)).toEqual([])
      expect(proof.outcomes).toHaveLength(seeds.length)
    },
    120_000,
  )

  it.each(failedOnce)(
    'seed $seed: $what',
    async ({ seed, webhooks, timestamps }) => {
      expect(
        complaintsOf(await proveConverge({ seeds: [seed], webhooks: webhooks ?? 'all', timestamps: timestamps ?? 'right' }), false),
      ).toEqual([])
    },
    120_000,
  )
})

it('compares each side with itself: what one of them writes in another form is no change', () => {
  const rules = { authority: () => undefined, decide: () => 'ask' as const }
  const merged = mergeFields(
    {
      source: { country: 'US', phone: '2' },
      target: { country: 'United States', phone: '1' },
      agreedSource: { country: 'US', phone: '1' },
      agreedTarget: { country: 'United States', phone: '1' },
    },
    rules,
  )
  expect(merged).toMatchObject({ send: { phone: '2' }, conflicts: [], back: false })
})
