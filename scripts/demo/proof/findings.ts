/** One difference in plain words. */
export interface Finding {
  what: string
  key: string
  field: string
  shop: string
  books: string
}

/** Differences of one record that count as one mismatch. */
export interface Difference {
  field: string
  shop: string
  books: string
}

const shown = 20

/** Counts records that differ, and keeps the first in words. */
export class Findings {
  count = 0
  readonly first: Finding[] = []

  /** One mismatch, however many fields of the record differ; none where nothing does. */
  add(what: string, key: string, differences: readonly Difference[]): void {
    if (differences.length === 0) return
    this.count++
    if (this.first.length >= shown) return
    const joined = (part: keyof Difference) => differences.map((difference) => difference[part]).join('; ')
    this.first.push({ what, key, field: joined('field'), shop: joined('shop'), books: joined('books') })
  }

  /** Those of others after these. */
  append(others: Findings): void {
    this.count += others.count
    this.first.push(...others.first.slice(0, shown - this.first.length))
  }
}
