import assert from 'node:assert/strict'
import type { PreviewRow, TenantEngine } from '@syncline/core'

export interface Sent {
  method: string
  url: string
  body: string | undefined
}

/** Every row of a plan, page by page. */
export async function rowsOf(acme: TenantEngine, plan: string): Promise<PreviewRow[]> {
  const rows: PreviewRow[] = []
  for (let after: number | undefined; ;) {
    const page = await acme.preview(plan, { limit: 7, ...(after !== undefined && { after }) })
    rows.push(...page.rows)
    after = page.next
    if (after === undefined) return rows
  }
}

/** What a planned body may have become on the wire: itself, with any text in the place of each slot. */
function pattern(body: string): RegExp {
  const parts = body.split(/\{"\$slot":"(?:[^"\\]|\\.)*"\}/)
  return new RegExp(parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('"[^"]+"'))
}

/**
 * Every write that went to the books against the rows of the plan: each row arrived exactly once, byte for byte but for its slots, alone or
 * as a member of a batch, and nothing arrived beside them. Returns how many requests there were and how many of them were batches.
 */
export function compareWithPlan(sent: readonly Sent[], rows: readonly PreviewRow[]): { requests: number; batches: number } {
  const left = new Set(rows)
  let batches = 0
  for (const { method, url, body = '' } of sent) {
    const { pathname, searchParams } = new URL(url)
    const path = pathname.split('/').slice(4).join('/')
    if (path !== 'batch') {
      const row = [...left].find(
        ({ request }) =>
          request.method === method &&
          request.path === path &&
          Object.entries(request.query ?? {}).every(([name, value]) => searchParams.get(name) === value) &&
          new RegExp(`^${pattern(request.body ?? '').source}$`).test(body),
      )
      assert.ok(row, `no row of the plan is ${method} ${url} ${body}`)
      left.delete(row)
      continue
    }
    batches++
    let rest = body
    for (const row of left) {
      const found = pattern(row.request.body!).exec(rest)
      if (found === null) continue
      rest = rest.slice(0, found.index) + rest.slice(found.index + found[0].length)
      left.delete(row)
    }
    // What is no row's is the frame that a batch has around its members.
    assert.match(rest, /^\{"BatchItemRequest":\[(?:,?\{"bId":"\d+","operation":"(?:create|update|delete)","\w+":\})+\]\}$/)
  }
  assert.deepEqual(
    [...left].map(({ title }) => title),
    [],
    'rows that were never sent',
  )
  return { requests: sent.length, batches }
}
