/** A cell: text is made safe for spreadsheets, numbers stay numbers. */
export type Cell = string | number | undefined

// What a spreadsheet reads as a formula when it stands first, full-width forms included (RELIABILITY.md S17).
const formula = /^[=+\-@\t\r\n＝＋－＠]/

/**
 * One line of CSV (RFC 4180) with its line break. A text that a spreadsheet would run as a formula gets an apostrophe before it, as does
 * one that begins with an apostrophe itself, so that `readCell` gives every text back as it was.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(written).join(',')}\r\n`
}

/** The text of a cell that `csvLine` wrote. */
export function readCell(text: string): string {
  return text.startsWith("'") ? text.slice(1) : text
}

function written(cell: Cell): string {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = formula.test(cell) || cell.startsWith("'") ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
