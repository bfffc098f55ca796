import assert from 'node:assert/strict'
import { checklist } from '../../../src/quickbooks/checklist.ts'
import type { QuickBooksOptions } from '../../../src/quickbooks/options.ts'
import type { PointCase, PointOptions } from '../../../src/shared/points.ts'
import { code, openCompany, type Answer, type Client } from '../client.ts'

/** Opens companies whose points are switched as the proof wants, and closes them all at the end. */
export interface Harness {
  open(options?: QuickBooksOptions): Promise<Client>
}

export async function withHarness(points: PointOptions, use: (harness: Harness) => Promise<void>): Promise<void> {
  const opened: Client[] = []
  try {
    await use({
      open: async (options = {}) => {
        const client = await openCompany({ ...options, points })
        opened.push(client)
        return client
      },
    })
  } finally {
    await Promise.all(opened.map((client) => client.sim.close()))
  }
}

/** The test of a point, named by the words of the checklist. */
export function point(number: number, run: (harness: Harness) => Promise<void>, facet?: string): PointCase<Harness> {
  const { words } = checklist.find((entry) => entry.point === number)!
  return { point: number, title: facet === undefined ? words : `${words} (${facet})`, run }
}

/** Asserts a refusal's code, with the whole answer as the message. */
export function refused(answer: Answer, expected: string): void {
  assert.equal(code(answer), expected, answer.text)
}

export function accepted(answer: Answer): Answer {
  assert.equal(answer.status, 200, answer.text)
  return answer
}

/** The detail of the first error. */
export function detail(answer: Answer): string {
  return String(answer.body?.Fault?.Error[0].Detail)
}

export async function preferences(client: Client, sections: Record<string, object>): Promise<void> {
  const { SyncToken } = accepted(await client.call('GET', 'preferences')).body.Preferences
  accepted(await client.call('POST', 'preferences', { Id: '1', SyncToken, sparse: true, ...sections }))
}

/** A customer whose reference goes onto forms. */
export async function buyer(client: Client, DisplayName = 'Buyer', more: object = {}): Promise<{ value: string }> {
  return { value: (await client.create('Customer', { DisplayName, ...more })).Id }
}

/** The books, as the control plane tells them. */
export async function balances(client: Client): Promise<Map<string, string>> {
  const { accounts } = await client.control('GET', 'ledger?kinds=account')
  return new Map(accounts.map((account: { name: string; balance: string }) => [account.name, account.balance]))
}
