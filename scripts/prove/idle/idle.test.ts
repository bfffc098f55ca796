import { expect, it } from 'vitest'
import { excess, measure } from './measure.ts'

it('costs one request a cycle and stream when nothing changed, and no more than two a batch when something did', async () => {
  const figures = await measure([1, 31])
  expect(figures.flatMap(excess)).toEqual([])
  expect(figures).toHaveLength(9)
  for (const { changes, requests } of figures.filter((figure) => figure.changes > 0))
    expect(requests.supabase + requests.quickbooks, `${changes} changes reach their target`).toBeGreaterThan(0)
})

it('notices what costs too much', () => {
  const requests = { quickbooks: 3, woocommerce: 1, supabase: 0 }
  expect(excess({ way: 'a way', changes: 1, requests, allowed: { quickbooks: 2, woocommerce: 1 } })).toEqual([
    'a way, 1 changes: 3 requests to quickbooks, 2 allowed',
  ])
})
