const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    era: 'short',
  })
  // Few are ever used; a mapping that names hundreds would otherwise fill the memory.
  if (formatters.size < 64) formatters.set(zone, made)
  return made
}

/** True for a name of the time zone database (`Europe/Berlin`, `UTC`). */
export function zoneExists(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,60}$/.test(zone)) return false
  try {
    formatterOf(zone)
    return true
  } catch {
    return false
  }
}

/** What the clock of a zone shows at an instant: as a Date whose UTC fields are the zone's, and the difference to UTC (`+02:00`, `Z`). */
export function localTime(at: Date, zone: string): { local: Date; offset: string } {
  const fields: { [type: string]: string } = {}
  for (const { type, value } of formatterOf(zone).formatToParts(at)) fields[type] = value
  const local = new Date(0)
  local.setUTCFullYear(Number(fields.year), Number(fields.month) - 1, Number(fields.day))
  local.setUTCHours(Number(fields.hour), Number(fields.minute), Number(fields.second), at.getUTCMilliseconds())
  const minutes = Math.round((local.getTime() - at.getTime()) / 60_000)
  if (minutes === 0) return { local, offset: 'Z' }
  const two = (value: number) => String(value).padStart(2, '0')
  return { local, offset: `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}` }
}
