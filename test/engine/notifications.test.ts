import { verifyNotification, webhookNotifier } from '@syncline/core'
import type { NotificationEvent, NotificationOptions, Notifier, Seams, Storage } from '@syncline/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { smallWorld, type SmallWorld } from '../crash/small-world.ts'

const minute = 60_000
let world: SmallWorld
let storage: Storage

beforeEach(async () => {
  world = await smallWorld()
})
afterEach(() => world.close())

function listening(id = 'mail') {
  const told: NotificationEvent[] = []
  const broken = { times: 0 }
  const notifier: Notifier = {
    id,
    async notify(event) {
      if (broken.times-- > 0) throw new Error('mailbox ann@x.test is full')
      told.push(event)
    },
  }
  return { told, broken, notifier }
}

const started = async (notifications: NotificationOptions, seams: Partial<Seams> = {}) => {
  const engine = world.engine({ storage: (inner) => (storage = inner), notifications, seams })
  await world.connect(engine.tenant('acme'))
  const acme = engine.tenant('acme')
  // Only what is told is of interest: nothing runs by itself.
  for (const id of ['orders', 'customers']) await acme.schedules.pause(id)
  return { engine, acme }
}
const failed = (count: number, total = '13.13') => {
  for (let index = 1; index <= count; index++) world.order(`${total}-${index}`, total)
}

describe('what is told', () => {
  it('is told once for a cause, with its number, after a moment in which the rest of it may come', async () => {
    const { told, notifier } = listening()
    const { engine, acme } = await started({ notifiers: [notifier], link: ({ pipeline }) => `https://app.example/failures/${pipeline}` })
    failed(7)
    await acme.sync('orders')
    await engine.runDue()
    expect(told).toEqual([])
    await world.clock.sleep(minute)
    await engine.runDue()
    await world.clock.sleep(minute)
    failed(9)
    await acme.sync('orders')
    await world.clock.sleep(minute)
    await engine.runDue()
    expect(told.length).toBe(1)
    expect(told[0]).toMatchObject({
      name: 'record.failed',
      tenant: 'acme',
      pipeline: 'orders',
      count: 7,
      title: '7 records of "orders" could not be sent (order)',
      link: 'https://app.example/failures/orders',
      fields: { code: 'record_rejected' },
    })
    expect(await acme.notifications.list()).toMatchObject([
      { count: 9, state: 'told', deliveries: [{ channel: 'mail', state: 'told', attempts: 1 }] },
    ])
  })

  it('is not told when it was solved before', async () => {
    const { told, notifier } = listening()
    const { engine, acme } = await started({ notifiers: [notifier], rules: [{ digest: { cron: '0 8 * * *', timeZone: 'UTC' } }] })
    failed(25)
    await acme.sync('orders').catch(() => {})
    await world.clock.sleep(minute)
    await engine.runDue()
    for (const id of world.source.orders.keys()) world.order(id, '1.00')
    await acme.sync('orders')
    await world.clock.sleep(24 * 60 * minute)
    await engine.runDue()
    expect(told.map(({ name }) => name)).not.toContain('run.failed')
  })

  it('goes in one message when there is much of it', async () => {
    const { told, notifier } = listening()
    const { engine, acme } = await started({ notifiers: [notifier] })
    const add = (id: string) =>
      storage.forTenant('acme').notifications.add({ id, name: 'run.failed', group: id, title: id, message: id, at: world.clock.now() })
    for (const id of ['a', 'b', 'c', 'd']) await add(id)
    await acme.notifications.deliver()
    expect(told.length).toBe(1)
    expect(told[0]).toMatchObject({ name: 'digest', title: '4 things need somebody', count: 4 })
    expect(told[0]!.items!.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
    await engine.runDue()
    expect(told.length).toBe(1)
  })

  it('is tried again with growing waits, as the same message, and the others are told meanwhile', async () => {
    const [mail, chat] = [listening('mail'), listening('chat')]
    const { engine, acme } = await started({ notifiers: [mail.notifier, chat.notifier] })
    mail.broken.times = 3
    failed(2)
    await acme.sync('orders')
    const at: number[] = []
    for (let passed = 0; passed < 40; passed++) {
      await world.clock.sleep(minute)
      const before = mail.broken.times
      await engine.runDue()
      if (mail.broken.times !== before) at.push(passed)
    }
    expect(chat.told.length).toBe(1)
    expect(mail.told.map(({ id }) => id)).toEqual(chat.told.map(({ id }) => id))
    expect(at.length).toBe(4)
    const waits = at.slice(1).map((time, index) => time - at[index]!)
    expect(waits).toEqual(waits.toSorted((a, b) => a - b))
    const deliveries = (await acme.notifications.list())[0]!.deliveries
    expect(deliveries.map(({ channel, attempts }) => `${channel} ${attempts}`)).toEqual(['chat 1', 'mail 4'])
  })

  it('keeps an error of a channel without what it says of people, and gives up after half a day', async () => {
    const { broken, notifier } = listening()
    const { engine, acme } = await started({ notifiers: [notifier] })
    broken.times = Infinity
    failed(1)
    await acme.sync('orders')
    for (let hour = 0; hour < 24; hour++) {
      await world.clock.sleep(60 * minute)
      await engine.runDue()
    }
    const deliveries = (await acme.notifications.list())[0]!.deliveries
    expect(deliveries).toMatchObject([{ state: 'given_up', attempts: 16, error: 'mailbox [email] is full' }])
  })

  it('is told by one of two processes, and again, under the same id, when the first one died with it in hand', async () => {
    const { told, notifier } = listening()
    const { acme } = await started({ notifiers: [notifier] })
    failed(1)
    await acme.sync('orders')
    await world.clock.sleep(minute)
    const others = [1, 2].map(() => world.engine({ notifications: { notifiers: [notifier] } }))
    await Promise.all(others.map((engine) => engine.runDue()))
    expect(told.length).toBe(1)
    failed(1, '-1.00')
    await acme.sync('orders')
    await world.clock.sleep(minute)
    const dying = world.engine({
      notifications: { notifiers: [notifier] },
      seams: {
        faultPoint: (name) => {
          if (name === 'notices.send.after') throw new Error('the process died')
        },
      },
    })
    await dying.runDue()
    expect(told.length).toBe(2)
    for (let round = 0; round < 2; round++) {
      await world.clock.sleep(minute)
      await others[0]!.runDue()
    }
    expect(told.map(({ id }) => id)[2]).toBe(told[1]!.id)
  })

  it('is kept when there is nobody to tell, and a wake-up that was lost is made again', async () => {
    const { told, notifier } = listening()
    const { engine, acme } = await started({ notifiers: [notifier] })
    failed(1)
    await acme.sync('orders')
    await storage.forTenant('acme').jobs.complete('notices')
    await engine.runDue()
    await world.clock.sleep(minute)
    await engine.runDue()
    expect(told.length).toBe(1)
    const { acme: quiet } = await started({})
    failed(1, '-1.00')
    await quiet.sync('orders')
    await quiet.notifications.deliver()
    expect((await quiet.notifications.list({ limit: 1 }))[0]).toMatchObject({ state: 'told', deliveries: [] })
  })

  it('goes out as everything does: signed for a webhook, and not at all to an address that is not allowed', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const got: { headers: { [name: string]: string }; body: string }[] = []
    world.books = async (input, init) => {
      const request = new Request(input, init)
      got.push({ headers: Object.fromEntries(request.headers), body: await request.text() })
      return new Response(null, { status: 204 })
    }
    const { acme } = await started({
      notifiers: [
        webhookNotifier({ url: 'http://hooks.test/in', secret }),
        webhookNotifier({ id: 'inside', url: 'ftp://hooks.test/in', secret }),
      ],
    })
    const before = got.length
    const results = await acme.notifications.test()
    expect(results).toEqual([
      { channel: 'webhook', error: undefined },
      { channel: 'inside', error: expect.stringContaining('is not encrypted') },
    ])
    const [sent] = got.slice(before)
    expect(verifyNotification({ secrets: [secret], ...sent!, now: world.clock.now() })).toBe(true)
    expect(JSON.parse(sent!.body)).toMatchObject({ name: 'test', tenant: 'acme' })
  })

  it('can be tried out, channel by channel', async () => {
    const [mail, chat] = [listening('mail'), listening('chat')]
    const { acme } = await started({ notifiers: (tenant) => (tenant === 'acme' ? [mail.notifier, chat.notifier] : []) })
    chat.broken.times = 1
    expect(await acme.notifications.test()).toEqual([
      { channel: 'mail', error: undefined },
      { channel: 'chat', error: 'mailbox [email] is full' },
    ])
    expect(mail.told).toMatchObject([{ name: 'test', tenant: 'acme' }])
    await expect(acme.notifications.test('fax')).rejects.toMatchObject({ code: 'config_invalid' })
  })
})
