const minuteMs = 60_000
const [twoDigits, threeDigits] = [digits(100), digits(1_000)]

/** The minute that was asked for last, and its text up to the seconds. Entries that stand side by side nearly always share it. */
let minute = Number.NaN
let start = ''

/** The same as `new Date(at).toISOString()` for whole milliseconds, in a quarter of its time: it is half of what a page of the history costs. */
export function utcText(at: number): string {
  const its = Math.floor(at / minuteMs)
  if (its !== minute) {
    start = new Date(at).toISOString().slice(0, -'00.000Z'.length)
    minute = its
  }
  const ms = at - its * minuteMs
  const seconds = Math.floor(ms / 1_000)
  return `${start}${twoDigits[seconds]}.${threeDigits[ms - seconds * 1_000]}Z`
}

function digits(count: number): readonly string[] {
  return Array.from({ length: count }, (_, number) => String(number).padStart(String(count - 1).length, '0'))
}
