import { createVault, generateKey, systemSeams } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { storageConformance } from '@syncline/testing'
import { describe, it } from 'vitest'
import { sealedStorage } from '../../packages/core/src/engine/sealed/sealed-storage.ts'

// What lies encrypted keeps the whole contract of a storage: whoever uses it sees no difference.
const keys = [generateKey()]
storageConformance(
  { describe, it },
  {
    name: 'sealed',
    open: ({ directory, clock, ...options }) => {
      const seams = systemSeams({ clock })
      return sealedStorage(sqliteStorage({ path: `${directory}/a.db`, clock, ...options }), {
        vault: createVault({ keys, clock }),
        seams,
      })
    },
  },
)
