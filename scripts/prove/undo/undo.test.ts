import { expect, it } from 'vitest'
import { proveUndo } from './prove.ts'

it('runs of made-up shops are taken back, but for what a person has touched', { timeout: 120_000 }, async () => {
  const proof = await proveUndo({ seeds: 12, from: 1 })
  expect(proof.findings).toEqual([])
  expect(proof.takenBack).toBeGreaterThan(10)
  expect([...proof.refused.keys()].sort()).toEqual(['edited_in_target', 'record_rejected', 'undo_refused'])
})
