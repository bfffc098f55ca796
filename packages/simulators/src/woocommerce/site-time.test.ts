import { describe, expect, it } from 'vitest'
import { siteTime } from './site-time.ts'

const at = (instant: string) => Date.parse(instant) / 1000

describe('site time', () => {
  it('shows and reads local digits, in winter and in summer', () => {
    const time = siteTime('America/Toronto')
    expect(time.local(at('2026-11-22T12:00:00Z'))).toBe('2026-11-22T07:00:00')
    expect(time.local(at('2026-07-01T12:00:00Z'))).toBe('2026-07-01T08:00:00')
    expect(time.fromLocal('2026-07-01T08:00:00')).toBe(at('2026-07-01T12:00:00Z'))
    expect(time.gmt(at('2026-07-01T12:00:00Z'))).toBe('2026-07-01T12:00:00')
  })

  it('changes its offset at the minute the clocks do', () => {
    const time = siteTime('Europe/Berlin')
    expect(time.local(at('2026-10-25T00:59:59Z'))).toBe('2026-10-25T02:59:59')
    expect(time.local(at('2026-10-25T01:00:00Z'))).toBe('2026-10-25T02:00:00')
  })

  it('knows fixed offsets and zones of odd minutes', () => {
    expect(siteTime('+05:30').local(at('2026-01-01T00:00:00Z'))).toBe('2026-01-01T05:30:00')
    expect(siteTime('Asia/Kathmandu').local(at('2026-01-01T00:00:00Z'))).toBe('2026-01-01T05:45:00')
  })
})
