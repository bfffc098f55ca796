import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { amount } from './amounts.ts'
import { drawCase, type Case } from './cases.ts'
import { settled } from './expected-parts.ts'
import { complaints } from './judge.ts'
import { planWorlds } from './plan-worlds.ts'
import { proveBooks } from './prove.ts'
import { randomOf } from './random.ts'
import { report } from './report.ts'
import { shrink } from './shrink.ts'
import { Tally } from './tally.ts'
import type { CaseResult } from './world.ts'

describe('a small run of the books’ proof', () => {
  it('every order stands in the books as the shop charged it', { timeout: 60_000 }, async () => {
    const proof = await proveBooks({ cases: 96, seed: 20_261_122, perWorld: 12 })
    assert.deepEqual(proof.failures, [])
    assert.deepEqual(complaints(proof), [])
    assert.deepEqual([proof.tally.cases, proof.imbalances, proof.silent, proof.unexplained], [96, 0, 0, 0])
    assert.ok(report(proof).some((text) => text.startsWith('imbalances       0')))
  })
})

describe('the proof can fail', () => {
  const world = planWorlds(1, 1)[0]!
  const one = drawCase(world, randomOf(1))
  const result = (of: Case, differences: CaseResult['differences']): CaseResult => ({
    one: of,
    order: 1,
    differences,
    parked: [],
    documents: [],
    silent: 0,
    shop: {} as CaseResult['shop'],
  })

  it('a hole in a dimension, a rare pair, too many put aside', () => {
    const tally = new Tally()
    for (let at = 0; at < 20_000; at++) tally.add(one.values, at % 50 === 0)
    const found = complaints({ tally, imbalances: 0, silent: 0, unexplained: 0 } as Parameters<typeof complaints>[0])
    assert.ok(found.some((text) => text.includes('less than 1 %')))
    assert.ok(found.some((text) => text.includes('less than 20')))
    assert.ok(found.some((text) => text.startsWith('2.00 % of all cases were put aside')))
  })

  it('shrinks to the part that goes wrong', async () => {
    const big: Case = {
      ...one,
      lines: Array.from({ length: 6 }, (_, pick) => ({ goods: 'standard' as const, pick, quantity: 9 })),
      fees: [{ name: 'Wrap', total: '2', taxed: true, taxClass: '' }],
      coupons: ['percent', 'cart'],
    }
    const off = [{ what: 'total' as const, shop: '1', books: '2' }]
    const run = async (candidate: Case) => result(candidate, candidate.coupons.includes('cart') ? off : [])
    const smallest = await shrink(result(big, off), run, 200)
    assert.deepEqual(
      [smallest.one.lines.length, smallest.one.lines[0]!.quantity, smallest.one.fees.length, smallest.one.coupons],
      [1, 1, 0, ['cart']],
    )
  })

  it('a unit that is missing goes where rounding took the most; more than rounding is no rounding', () => {
    const parts = ['33.333333', '33.333333', '33.333334'].map(amount)
    assert.deepEqual(settled(parts, amount('100.00'), 2)!.map(String), ['33.33', '33.33', '33.34'])
    assert.equal(settled(parts, amount('101.00'), 2), undefined)
  })
})
