import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { migrations } from './index.ts'

/** Text of each released step. A step that is in somebody's database never changes: a new one is added instead. */
const released: { [name: string]: string } = {
  connections: 'b54f3920189ed7ce',
  links: 'be3e0b35e2ea2126',
  queue: 'db908a294d0bfa1c',
  runs: '5a3155664919d30a',
  coordination: '8ec9f28882fc987b',
  sign_ins: '17dca92f95542b83',
  failures_and_schedules: '692cc9ae9b39a510',
  refused_keys: 'b996ed352f3807d2',
  notifications: '17bb6b008a13f6f2',
  tombstones_and_reads: '7b808f4e066d85b7',
  webhooks: 'd5646e07aefdab9b',
  groups: 'ddaf32b34272ef48',
  allowances: 'cf51e6364fac4999',
  history: '14d99c9a325ebb85',
  data_keys: '1d55ec1480c1b5dd',
  agreed: 'b17652cdcb3ac7d5',
  metrics: 'eb7768419820049c',
  present: '7eaf314ae4a89b09',
}

const ddl = { integer: 'integer', identity: 'integer primary key', table: (kind: string) => kind }

it('numbers its steps from 1 without a gap', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
})

it('keeps every released step as it was', () => {
  const texts = migrations.map(({ name, sql }) => [
    name,
    createHash('sha256').update(sql(ddl).replaceAll(/\s+/g, ' ').trim()).digest('hex').slice(0, 16),
  ])
  expect(Object.fromEntries(texts)).toEqual(released)
})
