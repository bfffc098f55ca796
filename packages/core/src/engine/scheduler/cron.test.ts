import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cronTimes } from './cron.ts'

const at = (text: string) => Date.parse(text)

/** All times within a span, by `next`. */
function within(expression: string, timeZone: string, from: string, to: string): string[] {
  const times = cronTimes(expression, timeZone)
  const found: string[] = []
  for (let time = times.next(at(from)); time !== undefined && time <= at(to); time = times.next(time))
    found.push(new Date(time).toISOString().slice(0, 16))
  return found
}

describe('cron times', () => {
  it('come in their time zone, summer and winter', () => {
    expect(within('0 6 * * *', 'Europe/Berlin', '2026-10-24T00:00:00Z', '2026-10-26T12:00:00Z')).toEqual([
      '2026-10-24T04:00',
      '2026-10-25T05:00',
      '2026-10-26T05:00',
    ])
    expect(within('*/15 9 * * 1', 'UTC', '2026-11-22T00:00:00Z', '2026-11-24T00:00:00Z')).toEqual([
      '2026-11-23T09:00',
      '2026-11-23T09:15',
      '2026-11-23T09:30',
      '2026-11-23T09:45',
    ])
  })

  it('that do not exist when clocks go forward come once, at the end of the gap', () => {
    expect(within('30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', '2026-03-09T12:00:00Z')).toEqual([
      '2026-03-08T07:00',
      '2026-03-09T06:30',
    ])
    expect(within('0 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:00',
    ])
    expect(within('*/30 * * * *', 'America/New_York', '2026-03-08T06:15:00Z', '2026-03-08T08:00:00Z')).toEqual([
      '2026-03-08T06:30',
      '2026-03-08T07:00',
      '2026-03-08T07:30',
      '2026-03-08T08:00',
    ])
  })

  it('that exist twice when clocks go back come once, and intervals go on through both hours', () => {
    expect(within('30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', '2026-11-02T12:00:00Z')).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ])
    expect(within('*/30 * * * *', 'America/New_York', '2026-11-01T04:45:00Z', '2026-11-01T07:00:00Z')).toEqual([
      '2026-11-01T05:00',
      '2026-11-01T05:30',
      '2026-11-01T06:00',
      '2026-11-01T06:30',
      '2026-11-01T07:00',
    ])
    // Half an hour only, on Lord Howe Island.
    expect(within('*/30 * * * *', 'Australia/Lord_Howe', '2026-04-04T14:10:00Z', '2026-04-04T16:00:00Z')).toEqual([
      '2026-04-04T14:30',
      '2026-04-04T15:00',
      '2026-04-04T15:30',
      '2026-04-04T16:00',
    ])
  })

  it.each([
    ['* * * *', 'UTC'],
    ['* * * * * *', 'UTC'],
    ['61 * * * *', 'UTC'],
    ['a b c d e', 'UTC'],
    ['', 'UTC'],
    ['0 0 30 2 *', 'UTC'],
    ['* * * * *', 'Mars/Base'],
    ['@daily', 'UTC'],
  ])('refuses %j in %s with a next step', (expression, timeZone) => {
    expect(() => cronTimes(expression, timeZone)).toThrow(
      expect.objectContaining({ code: 'schedule_invalid', hint: expect.stringMatching(/.{20}/) as string }),
    )
  })

  it('property: the latest that has come is the last of those that come one after the other', () => {
    const zones = ['UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe']
    const expressions = ['*/5 * * * *', '0 * * * *', '30 2 * * *', '15 1,2,3 * * *', '0 6 * * 1-5', '0 3 1 * *']
    const instant = fc
      .integer({ min: at('2026-01-01T00:00:00Z') / 1_000, max: at('2027-01-01T00:00:00Z') / 1_000 })
      .map((seconds) => seconds * 1_000)
    fc.assert(
      fc.property(
        fc.constantFrom(...expressions),
        fc.constantFrom(...zones),
        instant,
        fc.integer({ min: 0, max: 48 * 3_600_000 }),
        (expression, zone, now, back) => {
          const times = cronTimes(expression, zone)
          const after = now - back
          let expected: number | undefined
          for (let time = times.next(after); time !== undefined && time <= now; time = times.next(time)) expected = time
          expect(times.latest(after, now)).toBe(expected)
        },
      ),
      { seed: 7, numRuns: 150 },
    )
  })
})
