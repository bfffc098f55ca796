import { SyncError } from '@syncline/core'
import { afterEach, expect, it } from 'vitest'
import { world } from './world.ts'

const minute = 60_000
const open: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function shop(options?: Parameters<typeof world>[0]) {
  const made = await world(options)
  open.push(made)
  return made
}

const refused = { code: 'confirmation_invalid' }

it('takes a token once, from whom it was given to, for the plan it was given for, within five minutes', async () => {
  const { acme, other, orders, writes, pass } = await shop()
  orders(11)
  const plan = await acme.plan('orders', { user: 'ada' })
  const strange = await other.plan('orders', { user: 'ada' })
  const { token } = plan.confirmation!
  await expect(acme.apply(plan.id, { user: 'eve', confirm: token })).rejects.toMatchObject(refused)
  await expect(acme.apply(plan.id, { confirm: token })).rejects.toMatchObject(refused)
  await expect(acme.apply(plan.id, { user: 'ada', confirm: strange.confirmation!.token })).rejects.toMatchObject(refused)
  await expect(other.apply(strange.id, { user: 'ada', confirm: token })).rejects.toMatchObject(refused)
  pass(5 * minute + 1)
  await expect(acme.apply(plan.id, { user: 'ada', confirm: token })).rejects.toMatchObject(refused)
  expect(writes()).toBe(0)
  const renewed = await acme.renewConfirmation(plan.id, { user: 'ada' })
  expect(renewed!.token).not.toBe(token)
  expect((await acme.apply(plan.id, { user: 'ada', confirm: renewed!.token })).state).toBe('succeeded')
  await expect(acme.apply(plan.id, { user: 'ada', confirm: renewed!.token })).rejects.toMatchObject({
    code: expect.stringMatching(/plan_spent|confirmation_invalid/),
  })
  await expect(acme.renewConfirmation(plan.id, { user: 'ada' })).rejects.toMatchObject({ code: 'plan_spent' })
  const [entry] = (await acme.audit.list()).filter(({ action }) => action === 'plan.confirmed')
  expect(entry).toMatchObject({ actor: 'ada', object: plan.id, details: { hash: plan.hash } })
})

it('lets one of two processes win that spend the same token', async () => {
  const { acme, another, orders, receipts } = await shop()
  orders(11)
  const plan = await acme.plan('orders', { user: 'ada' })
  const options = { user: 'ada', confirm: plan.confirmation!.token }
  const outcomes = await Promise.allSettled([acme.apply(plan.id, options), another().apply(plan.id, options)])
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const [lost] = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
  expect(SyncError.is(lost, 'confirmation_invalid')).toBe(true)
  expect(receipts()).toBe(11)
})

it('gives no new token for a plan on which something moved', async () => {
  const { acme, orders } = await shop()
  orders(11)
  const plan = await acme.plan('orders', { user: 'ada' })
  await acme.sync('orders')
  await expect(acme.renewConfirmation(plan.id, { user: 'ada' })).rejects.toMatchObject({ code: 'plan_stale' })
})

it('asks a person who starts a large sync in two calls, and lets a small one go', async () => {
  const { acme, orders, order, writes } = await shop()
  orders(11)
  const asked = await acme.sync('orders', { user: 'ada' }).catch((error: unknown) => error)
  expect(asked).toMatchObject({ code: 'confirmation_required' })
  expect(writes()).toBe(0)
  const { plan } = (asked as SyncError).details as { plan: string }
  const shown = await acme.getPlan(plan, { user: 'ada' })
  expect((await acme.apply(plan, { user: 'ada', confirm: shown.confirmation!.token })).counts.created).toBe(12)
  order('20')
  expect(await acme.sync('orders', { user: 'ada' })).toMatchObject({ state: 'succeeded', trigger: 'ada', counts: { created: 1 } })
})

it('lets the rest of a small sync go on while its removals wait', async () => {
  const { acme, orders, order, deleteOrder } = await shop()
  orders(3)
  await acme.sync('orders')
  order('20')
  deleteOrder('2')
  expect(await acme.sync('orders', { user: 'ada' })).toMatchObject({ state: 'needs_confirmation', counts: { created: 1, removed: 0 } })
  const [held] = await acme.held({ user: 'ada' })
  expect(held?.summary.warnings).toEqual([expect.stringMatching(/^Voids 1 receipt for good in /)])
  expect((await acme.notifications.list()).map(({ name }) => name)).toEqual(['plan.needs_confirmation'])
  expect(await acme.apply(held!.id, { user: 'ada', confirm: held!.confirmation!.token })).toMatchObject({ counts: { removed: 1 } })
})

it('holds everything when too much changes at once, tells so once, and goes on after a yes', async () => {
  const { acme, orders, order, writes, pass } = await shop()
  orders(40)
  await acme.sync('orders')
  orders(40, '11.00')
  order('50')
  const before = writes()
  expect(await acme.sync('orders', { trigger: 'schedule' })).toMatchObject({ state: 'needs_confirmation' })
  expect(writes()).toBe(before)
  const [held, ...more] = await acme.held({ user: 'ada' })
  expect(more).toEqual([])
  expect(held).toMatchObject({
    size: 41,
    summary: { guard: true, held: expect.stringContaining('Too many records change at once: 40 of') },
  })
  // The next runs leave it alone, and then make it anew in its place.
  await acme.sync('orders', { trigger: 'schedule' })
  expect((await acme.held()).map(({ id }) => id)).toEqual([held!.id])
  pass(61 * minute)
  await acme.sync('orders', { trigger: 'schedule' })
  const [anew, ...others] = await acme.held({ user: 'ada' })
  expect(others).toEqual([])
  expect(anew!.id).not.toBe(held!.id)
  expect((await acme.notifications.list()).map(({ name }) => name)).toEqual(['plan.needs_confirmation'])
  expect(writes()).toBe(before)
  await expect(acme.apply(anew!.id, { user: 'ada' })).rejects.toMatchObject({ code: 'confirmation_required' })
  expect(await acme.apply(anew!.id, { user: 'ada', confirm: anew!.confirmation!.token })).toMatchObject({
    state: 'succeeded',
    counts: { updated: 40, created: 1 },
  })
  const after = writes()
  expect(await acme.sync('orders', { trigger: 'schedule' })).toMatchObject({ state: 'succeeded', counts: { updated: 0 } })
  expect(writes()).toBe(after)
})

it('holds what moves more money than was configured', async () => {
  const { acme, order, writes } = await shop({ guardMoney: { EUR: '100.00' } })
  order('1', '60.00')
  expect((await acme.sync('orders')).state).toBe('succeeded')
  order('2', '100.01')
  const before = writes()
  expect((await acme.sync('orders')).state).toBe('needs_confirmation')
  expect(writes()).toBe(before)
  const [held] = await acme.held()
  expect(held!.summary.held).toBe('The plan changes amounts by 100.01 EUR in all, more than the 100.00 EUR that go without a yes.')
  await acme.dropPlan(held!.id, { user: 'ada' })
  expect(await acme.held()).toEqual([])
  await expect(acme.dropPlan(held!.id)).rejects.toMatchObject({ code: 'plan_spent' })
})
