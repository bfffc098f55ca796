import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'
import { group, groupMember, groupScope, sorted } from './samples.ts'

const other = { ...groupScope, entity: 'payout' } as const

export const groups: StorageGroup = {
  name: 'groups',
  cases: [
    {
      name: 'take in what changes until they are closed, and nothing after',
      async run(context) {
        const { groups } = await context.acme()
        await groups.save([group(), group({ ...other })])
        await groups.save([group({ head: { day: 'moved' }, changedAt: 7 })])
        assert.deepEqual(await groups.get(groupScope, [group().key, 'none']), [group({ head: { day: 'moved' }, changedAt: 7 })])
        assert.equal(await groups.transition(groupScope, group().key, 'open', 'closed'), true)
        assert.equal(await groups.transition(groupScope, group().key, 'open', 'closed'), false)
        await groups.save([group({ head: { day: 'too late' }, changedAt: 9 })])
        assert.deepEqual(await groups.get(groupScope, [group().key]), [group({ state: 'closed', head: { day: 'moved' }, changedAt: 7 })])
        assert.deepEqual(await groups.get(other, [group().key]), [group({ ...other })])
      },
    },
    {
      name: 'are listed by state, the one that changed longest ago first',
      async run(context) {
        const { groups } = await context.acme()
        await groups.save([group({ key: 'c', changedAt: 3 }), group({ key: 'a', changedAt: 2 }), group({ key: 'b', changedAt: 1 })])
        await groups.save([
          group({ key: 'd', changedAt: 0, state: 'closed' }),
          group({ key: 'e', changedAt: 0, sourceConnection: 'second' }),
        ])
        const keys = async (state: 'open' | 'closed' | 'settled', limit = 9) =>
          (await groups.list(groupScope, state, limit)).map(({ key }) => key)
        assert.deepEqual(await keys('open'), ['b', 'a', 'c'])
        assert.deepEqual(await keys('open', 2), ['b', 'a'])
        assert.deepEqual(await keys('closed'), ['d'])
        assert.deepEqual(await keys('settled'), [])
      },
    },
    {
      name: 'keep their members, each once, and find the parts of a record over all of them',
      async run(context) {
        const { groups } = await context.acme()
        await groups.put([groupMember(), groupMember({ memberKey: '2' }), groupMember({ group: 'later', amounts: { sales: '1.00' } })])
        await groups.put([groupMember({ title: 'Order 1, changed', amounts: { sales: '-9.00' } })])
        await groups.put([groupMember({ ...other })])
        assert.deepEqual(
          sorted(await groups.members(groupScope, group().key), ({ memberKey }) => memberKey),
          [groupMember({ title: 'Order 1, changed', amounts: { sales: '-9.00' } }), groupMember({ memberKey: '2' })],
        )
        assert.deepEqual(
          sorted(await groups.byMembers(groupScope, 'orders', ['1', '9']), (member) => member.group),
          [
            groupMember({ group: 'later', amounts: { sales: '1.00' } }),
            groupMember({ title: 'Order 1, changed', amounts: { sales: '-9.00' } }),
          ],
        )
        assert.deepEqual(await groups.byMembers(groupScope, 'refunds', ['1']), [])
        await groups.remove(groupScope, group().key, 'orders', ['1', '9'])
        assert.deepEqual(await groups.members(groupScope, group().key), [groupMember({ memberKey: '2' })])
        assert.equal((await groups.members(other, group().key)).length, 1)
      },
    },
  ],
}
