/**
 * The shop's wall clock. Records hold whole epoch seconds; the API shows site-local and GMT digits without offset
 * (woocommerce.md 5), so both directions are needed, fast, for any IANA zone or fixed offset.
 */
export interface SiteTime {
  zone: string
  /** `2026-11-22T07:37:40` in the site's zone. */
  local(epochSeconds: number): string
  /** The same instant in UTC digits. */
  gmt(epochSeconds: number): string
  /** Epoch seconds of site-local digits; of two instants in the autumn hour the first. */
  fromLocal(digits: string): number
  /** Seconds east of Greenwich at that instant. */
  offset(epochSeconds: number): number
}

const BUCKET = 900

export function siteTime(zone: string): SiteTime {
  const offsets = new Map<number, number>()
  const fixedOffset = /^([+-])(\d\d):?(\d\d)$/.exec(zone)
  const format = fixedOffset ? undefined : formatter(zone)
  const offset = (epochSeconds: number) => {
    if (fixedOffset) return (fixedOffset[1] === '-' ? -1 : 1) * (Number(fixedOffset[2]) * 3600 + Number(fixedOffset[3]) * 60)
    const bucket = Math.floor(epochSeconds / BUCKET)
    const known = offsets.get(bucket)
    if (known !== undefined) return known
    const fresh = wallClock(format!, bucket * BUCKET) - bucket * BUCKET
    offsets.set(bucket, fresh)
    return fresh
  }
  return {
    zone,
    offset,
    gmt: (epochSeconds) => digits(epochSeconds),
    local: (epochSeconds) => digits(epochSeconds + offset(epochSeconds)),
    fromLocal(text) {
      const wall = Date.parse(`${text}Z`) / 1000
      const guess = wall - offset(wall)
      return wall - offset(guess)
    },
  }
}

/** `YYYY-MM-DDTHH:MM:SS` of whole epoch seconds, UTC. */
export function digits(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().slice(0, 19)
}

function formatter(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
}

function wallClock(format: Intl.DateTimeFormat, epochSeconds: number): number {
  const parts = Object.fromEntries(format.formatToParts(epochSeconds * 1000).map((part) => [part.type, Number(part.value)]))
  return Date.UTC(parts['year']!, parts['month']! - 1, parts['day']!, parts['hour']!, parts['minute']!, parts['second']!) / 1000
}
