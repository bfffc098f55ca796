import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { checklist } from '../../src/supabase/checklist.ts'
import { startSupabase, type SupabaseStack } from '../../src/supabase/stack.ts'
import { points } from './points.ts'
import { schema } from './schema.ts'

let stack: SupabaseStack
beforeAll(async () => {
  stack = await startSupabase({ schema })
})
afterAll(() => stack.close())
beforeEach(() => stack.reset())

it('every point of the checklist has a test', () => {
  expect(points.map(({ point }) => point)).toEqual(checklist.map(({ point }) => point))
})

for (const { point, run } of points) it(`${point}. ${checklist[point - 1]!.words}`, () => run(stack))
