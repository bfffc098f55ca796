import assert from 'node:assert/strict'
import { describe, expect, it } from 'vitest'
import { pointSwitches, provePoints, spread, type PointCase, type PointProof, type Points } from './points.ts'

/** A "platform" that is nothing but its switches. */
async function prove(cases: PointCase<Points>[], sample?: number): Promise<PointProof[]> {
  const proofs: PointProof[] = []
  const withHarness = (options: { off?: readonly number[] }, use: (points: Points) => Promise<void>) => use(pointSwitches(options))
  for await (const proof of provePoints({ platform: 'none', cases, withHarness }, { sample })) proofs.push(proof)
  return proofs
}

const noticing = (point: number): PointCase<Points> => ({
  point,
  title: 'noticing',
  run: async (points) => assert.equal(points.on(point), true),
})

describe('proving points', () => {
  it('tells a test that notices from one that does not, one that is red anyway and one that only crashes', async () => {
    const blind: PointCase<Points> = { point: 2, title: 'blind', run: async () => {} }
    const red: PointCase<Points> = { point: 3, title: 'red', run: async () => assert.fail('always') }
    const crashing: PointCase<Points> = {
      point: 4,
      title: 'crashing',
      run: async (points) => {
        if (!points.on(4)) throw new TypeError('undefined is no function')
      },
    }
    expect((await prove([noticing(1), blind, red, crashing])).map(({ point, verdict, reason }) => [point, verdict, reason])).toEqual([
      [1, 'killed', 'false instead of true'],
      [2, 'survived', 'does not fail without the point: 2 blind'],
      [3, 'red', 'always'],
      [4, 'crashed', 'undefined is no function'],
    ])
  })

  it('asks every case of a point to notice, and names the one that does not', async () => {
    const [proof] = await prove([noticing(5), { point: 5, title: 'blind', run: async () => {} }])
    expect(proof).toMatchObject({
      point: 5,
      verdict: 'survived',
      tests: ['5 noticing', '5 blind'],
      reason: 'does not fail without the point: 5 blind',
    })
    const [both] = await prove([noticing(6), noticing(6)])
    expect(both).toMatchObject({ verdict: 'killed', tests: ['6 noticing', '6 noticing'] })
  })

  it('samples evenly, first and last included', async () => {
    expect(spread([1, 2, 3, 4, 5], 3)).toEqual([1, 3, 5])
    expect(spread([1, 2], 9)).toEqual([1, 2])
    expect((await prove([noticing(3), noticing(1), noticing(2)], 2)).map((proof) => proof.point)).toEqual([1, 3])
  })
})
