import { describe, expect, it } from 'vitest'
import type { StoredNotification } from '../../contracts/notifications.ts'
import { checkRules, handingsOf, type NotificationRule } from './rules.ts'

const channels = ['mail', 'chat']
const stored = (given: Partial<StoredNotification> = {}): StoredNotification => ({
  id: 'n',
  name: 'record.failed',
  group: 'g',
  pipeline: 'orders',
  title: '',
  message: '',
  count: 1,
  at: 0,
  lastAt: 0,
  state: 'waiting',
  ...given,
})
/** 2026-11-22, a Sunday, in Berlin (UTC+1). */
const berlin = (hour: number, minute = 0) => Date.UTC(2026, 10, 22, hour - 1, minute)
const timeZone = 'Europe/Berlin'
const dueOf = (rules: NotificationRule[], now: number, given?: Partial<StoredNotification>) =>
  Object.fromEntries(handingsOf(stored(given), rules, channels, now).to.map(({ channel, dueAt }) => [channel, dueAt]))

describe('rules', () => {
  it('tell everything to all at once when they say nothing', () => {
    expect(handingsOf(stored(), [{}], channels, 5)).toEqual({
      to: [
        { channel: 'mail', dueAt: 5 },
        { channel: 'chat', dueAt: 5 },
      ],
      whole: true,
    })
  })

  it.each<[NotificationRule, Partial<StoredNotification>, boolean]>([
    [{ events: ['record.*'] }, {}, true],
    [{ events: ['record.failed'] }, {}, true],
    [{ events: ['connection.*'] }, {}, false],
    [{ pipelines: ['orders'] }, {}, true],
    [{ pipelines: ['customers'] }, {}, false],
    [{ connections: ['books'] }, { connection: 'books' }, true],
    [{ connections: ['books'] }, {}, false],
    [{ threshold: 3 }, { count: 2 }, false],
    [{ threshold: 3 }, { count: 3 }, true],
    [{}, { name: 'run.failed', count: 2, fields: { class: 'retryable' } }, false],
    [{}, { name: 'run.failed', count: 3, fields: { class: 'retryable' } }, true],
    [{}, { name: 'run.failed', fields: { class: 'permanent' } }, true],
  ])('%j for %j: %s', (rule, given, told) => {
    expect(handingsOf(stored(given), [rule], channels, 5).to.length > 0).toBe(told)
  })

  it('go on looking at a count that has not come to the threshold', () => {
    expect(handingsOf(stored(), [{ to: ['mail'] }, { to: ['chat'], threshold: 9 }], channels, 5)).toEqual({
      to: [{ channel: 'mail', dueAt: 5 }],
      whole: false,
    })
  })

  it('keep what comes in quiet hours for their end, over midnight and in the zone', () => {
    const rules: NotificationRule[] = [{ quietHours: { from: '22:00', to: '07:00', timeZone } }]
    expect(dueOf(rules, berlin(21, 59)).mail).toBe(berlin(21, 59))
    expect(dueOf(rules, berlin(22)).mail).toBe(berlin(31))
    expect(dueOf(rules, berlin(3)).mail).toBe(berlin(7))
    expect(dueOf(rules, berlin(7)).mail).toBe(berlin(7))
  })

  it('gather for a digest, and the earliest of several rules counts', () => {
    const daily: NotificationRule = { digest: { cron: '0 8 * * *', timeZone } }
    expect(dueOf([daily], berlin(9)).mail).toBe(berlin(32))
    expect(dueOf([daily, { events: ['record.failed'], to: ['chat'] }], berlin(9))).toEqual({ mail: berlin(32), chat: berlin(9) })
  })

  it('are refused when they name what is not there', () => {
    const wrong: NotificationRule[] = [
      { to: ['fax'] },
      { threshold: 0 },
      { quietHours: { from: '25:00', to: '07:00', timeZone } },
      { quietHours: { from: '22:00', to: '07:00', timeZone: 'Mars/Base' } },
      { digest: { cron: 'at noon', timeZone } },
    ]
    for (const rule of wrong) expect(() => checkRules([rule], channels)).toThrow(expect.objectContaining({ class: 'validation' }))
    expect(() => checkRules([{}], channels)).not.toThrow()
  })
})
