import { storageConformance } from '@syncline/testing'
import { describe, it } from 'vitest'
import { sqliteStorage } from '../src/index.ts'

storageConformance(
  { describe, it },
  {
    name: 'sqlite',
    open: ({ directory, ...options }) => sqliteStorage({ path: `${directory}/a.db`, ...options }),
  },
)
