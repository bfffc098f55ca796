import { sqliteStorage } from '@syncline/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { storageGroups } from '../storage/conformance.ts'
import type { OpenStorage } from '../storage/context.ts'
import { brokenStorages } from './all.ts'
import { failingCases } from './proof.ts'

const open = ({ directory, ...options }: OpenStorage) =>
  sqliteStorage({ path: directory === ':memory:' ? directory : `${directory}/a.db`, ...options })

describe('the storage suite', () => {
  it('has one broken storage for each case', () => {
    const cases = storageGroups.flatMap((group) => group.cases.map(({ name }) => name))
    expect(new Set(cases).size).toBe(cases.length)
    expect(brokenStorages.map((broken) => broken.case).toSorted()).toEqual(cases.toSorted())
  })

  it('passes on a storage that is whole', async () => {
    expect(await failingCases(undefined, open)).toEqual([])
  })
})

describe('a storage that breaks one sentence of the contract fails its case and no other', () => {
  it.each(brokenStorages)('$case', async (broken) => {
    expect(await failingCases(broken, open)).toEqual([broken.case])
  })
})
