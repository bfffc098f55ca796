import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCommitGroups, type TransactionControl } from './commit-groups.ts'

let database: DatabaseSync
let said: string[]
let control: TransactionControl
let inTurn: ReturnType<typeof createCommitGroups>

beforeEach(() => {
  database = new DatabaseSync(':memory:')
  database.exec('create table t (a text)')
  said = []
  control = {
    begin: async () => database.exec('begin immediate'),
    exec(sql) {
      said.push(sql)
      database.exec(sql)
    },
    isOpen: () => database.isTransaction,
  }
  inTurn = createCommitGroups({ begin: () => control.begin(), exec: (sql) => control.exec(sql), isOpen: () => control.isOpen() })
})

const add = (value: string) => database.prepare('insert into t values (?)').run(value)
const rows = () =>
  database
    .prepare('select a from t order by rowid')
    .all()
    .map((row) => row['a'])
const commits = () => said.filter((sql) => sql === 'commit').length

describe('transactions that wait at the same time', () => {
  it('share a commit and are answered after it', async () => {
    const answered: number[] = []
    const work = (value: string) => inTurn(async () => add(value)).then(() => answered.push(commits()))
    await Promise.all(['a', 'b', 'c'].map(work))
    expect(rows()).toEqual(['a', 'b', 'c'])
    expect(answered).toEqual([1, 1, 1])
  })

  it('fail alone', async () => {
    const results = await Promise.allSettled([
      inTurn(async () => add('a')),
      inTurn(async () => {
        add('lost')
        throw new Error('stop')
      }),
      inTurn(async () => add('c')),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(rows()).toEqual(['a', 'c'])
  })

  it('never run into each other', async () => {
    const steps: string[] = []
    const work = (name: string) =>
      inTurn(async () => {
        steps.push(`${name} begins`)
        await new Promise((resolve) => setImmediate(resolve))
        steps.push(`${name} ends`)
      })
    await Promise.all([work('a'), work('b')])
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('all fail when their commit does, but keep their own error', async () => {
    const exec = control.exec
    control.exec = (sql) => {
      if (sql === 'commit') throw new Error('disk gone')
      exec(sql)
    }
    const results = await Promise.allSettled([
      inTurn(async () => add('a')),
      inTurn(async () => {
        throw new Error('own')
      }),
    ])
    expect(results.map((result) => result.status === 'rejected' && (result.reason as Error).message)).toEqual(['disk gone', 'own'])
    expect(rows()).toEqual([])
    control.exec = exec
    await inTurn(async () => add('later'))
    expect(rows()).toEqual(['later'])
  })

  it('go on in a new transaction when the database has given one up', async () => {
    const results = await Promise.allSettled([
      inTurn(async () => add('a')),
      inTurn(async () => {
        database.exec('rollback') // as SQLite does by itself when the disk is full
        throw new Error('full')
      }),
      inTurn(async () => add('c')),
    ])
    expect(results.map((result) => (result.status === 'rejected' ? (result.reason as Error).message : 'stored'))).toEqual([
      'full',
      'full',
      'stored',
    ])
    expect(rows()).toEqual(['c'])
  })

  it('are all refused when the lock is not to be had', async () => {
    control.begin = async () => {
      throw new Error('busy')
    }
    const results = await Promise.allSettled([inTurn(async () => add('a')), inTurn(async () => add('b'))])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})

it('rolls back a transaction of its own without a savepoint', async () => {
  const attempt = inTurn(async () => {
    add('a')
    throw new Error('stop')
  })
  await expect(attempt).rejects.toThrow('stop')
  expect(said).toEqual(['rollback'])
  expect(rows()).toEqual([])
})

it('takes many in several groups', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, index) => inTurn(async () => add(String(index)))))
  expect(rows().length).toBe(40)
  expect(commits()).toBe(3)
})
