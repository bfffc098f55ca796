import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'
import { connection, link, operation, pipeline, sent } from './samples.ts'

export const lifetime: StorageGroup = {
  name: 'the database',
  cases: [
    {
      name: 'is set up from empty, once',
      async run(context) {
        const storage = await context.open({ migrate: false })
        const { from, to } = await storage.system.migrate()
        assert.equal(from, 0)
        assert.ok(to > 0)
        assert.deepEqual(await storage.system.migrate(), { from: to, to })
      },
    },
    {
      name: 'is set up once by two who start together',
      async run(context) {
        const [first, second] = [await context.open({ migrate: false }), await context.open({ migrate: false })]
        const [one, two] = await Promise.all([first.system.migrate(), second.system.migrate()])
        assert.equal(one.to, two.to)
        await second.forTenant(context.names.acme).connections.save(connection())
      },
    },
    {
      name: 'is brought up from every earlier version with what is in it',
      async run(context) {
        const { to: newest } = await (await context.open({ migrate: false, database: 'newest' })).system.migrate()
        for (let version = 1; version < newest; version += 1) {
          const database = `version-${version}`
          const earlier = await context.open({ migrate: false, schemaVersion: version, database })
          assert.deepEqual(await earlier.system.migrate(), { from: 0, to: version }, 'open() must hand schemaVersion on to the storage')
          await earlier.forTenant(context.names.acme).connections.save(connection())
          await earlier.close()
          const later = await context.open({ migrate: false, database })
          assert.deepEqual(await later.system.migrate(), { from: version, to: newest })
          assert.deepEqual(await later.forTenant(context.names.acme).connections.list(), [connection()], `lost from version ${version}`)
          await later.forTenant(context.names.acme).links.save([link()])
        }
      },
    },
    {
      name: 'keeps what was committed when it is closed and opened again',
      async run(context) {
        const before = await context.open()
        const acme = before.forTenant(context.names.acme)
        await acme.pipelines.save(pipeline())
        const lease = await acme.leases.acquire('pipeline', 'ada', 60_000)
        await acme.transaction(
          async ({ queue, links }) => {
            await queue.add([operation(1)])
            await queue.markSent([sent(operation(1).id)])
            await links.save([link()])
          },
          { fence: { lease: 'pipeline', epoch: lease!.epoch } },
        )
        await before.close()
        const again = (await context.open()).forTenant(context.names.acme)
        assert.deepEqual(await again.pipelines.list(), [pipeline()])
        assert.equal((await again.queue.unsettled('books', 9)).length, 1)
        assert.deepEqual(await again.links.byEntities('books', ['order:shop:1']), [link()])
        assert.equal((await again.leases.acquire('pipeline', 'ada', 60_000))?.epoch, 2)
      },
    },
  ],
}
