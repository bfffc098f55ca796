import { sqliteStorage } from '../src/index.ts'

// A process of its own for crash.test.ts: writes two mappings per transaction, for ever, and says each time what was committed.
const storage = sqliteStorage({ path: process.argv[2]! })
await storage.system.migrate()
const acme = storage.forTenant('acme')
for (;;) {
  const version = await acme.transaction(async ({ mappings }) => {
    await mappings.add('first', { text: 'x'.repeat(5_000) }, 1)
    return await mappings.add('second', {}, 1)
  })
  process.stdout.write(`${version}\n`)
}
