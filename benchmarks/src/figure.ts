/** One measured number, and what it stands beside. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** The same work by the shortest code that does it: a hand-written loop, a prepared statement, a bare fetch. */
  floor?: number
  /** How many times the floor is allowed. */
  atMost?: number
  /** What the figure has to reach by itself, in its unit. */
  target?: { atLeast: number } | { under: number }
}

export interface Section {
  title: string
  figures: Figure[]
  /** What a reader must know to read the figures. */
  notes: string[]
}

/** A section as a table, every figure beside its floor. */
export function table({ title, figures, notes }: Section): string {
  const rows = figures.map(({ name, value, unit, floor, atMost, target }) => [
    name,
    `${digits(value)} ${unit}`,
    floor === undefined ? '' : `${digits(floor)} ${unit}`,
    floor === undefined || floor === 0 ? '' : `${(value / floor).toFixed(2)} x`,
    bound(atMost, target),
  ])
  const all = [['', 'measured', 'floor', 'ratio', ''], ...rows]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const lines = all.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  )
  return [title, ...lines.map((line) => `  ${line.trimEnd()}`), ...notes.map((note) => `  ${note}`), ''].join('\n')
}

function bound(atMost: Figure['atMost'], target: Figure['target']): string {
  if (target !== undefined) return 'under' in target ? `under ${digits(target.under)}` : `at least ${digits(target.atLeast)}`
  return atMost === undefined ? '' : `at most ${atMost} x`
}

function digits(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
