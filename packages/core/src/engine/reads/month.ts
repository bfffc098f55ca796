/** The calendar month of an instant, UTC: its name and where it begins and ends, epoch milliseconds. */
export function monthOf(at: number): { month: string; beginsAt: number; endsAt: number } {
  const date = new Date(at)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return { month: date.toISOString().slice(0, 7), beginsAt: Date.UTC(year, month, 1), endsAt: Date.UTC(year, month + 1, 1) }
}

const dayMs = 24 * 60 * 60 * 1_000

/** What a month comes to that goes on as it began. The first day says little, so it counts whole. */
export function forecast(used: number, at: number): number {
  const { beginsAt, endsAt } = monthOf(at)
  const elapsed = Math.max(dayMs, at - beginsAt)
  return used + Math.ceil((used * Math.max(0, endsAt - at)) / elapsed)
}
