import { dimensions, possible, type DimensionName, type Values } from './dimensions.ts'

/** How often values and pairs of values came, and how often their cases were put aside. */
export class Tally {
  cases = 0
  parked = 0
  private readonly values = new Map<string, { cases: number; parked: number }>()
  private readonly pairs = new Map<string, number>()

  add(values: Values, parked: boolean): void {
    this.cases++
    if (parked) this.parked++
    const keys = Object.entries(values).map(([dimension, value]) => keyOf(dimension, value))
    for (const [at, key] of keys.entries()) {
      const own = this.values.get(key) ?? { cases: 0, parked: 0 }
      this.values.set(key, { cases: own.cases + 1, parked: own.parked + (parked ? 1 : 0) })
      for (const other of keys.slice(at + 1)) this.pairs.set(`${key}\n${other}`, (this.pairs.get(`${key}\n${other}`) ?? 0) + 1)
    }
  }

  /** Every value of every dimension, those that never came included. */
  table(): { dimension: DimensionName; value: string; cases: number; parked: number }[] {
    return names.flatMap((dimension) =>
      dimensions[dimension].map((value) => ({
        dimension,
        value,
        ...(this.values.get(keyOf(dimension, value)) ?? { cases: 0, parked: 0 }),
      })),
    )
  }

  /** Pairs that a shop can hold, rarest first. */
  rarest(count: number): { pair: string; cases: number }[] {
    const all = names.flatMap((left, at) =>
      names.slice(at + 1).flatMap((right) =>
        dimensions[left].flatMap((first) =>
          dimensions[right].flatMap((second) =>
            possible({ [left]: first, [right]: second })
              ? [
                  {
                    pair: `${left}: ${first} × ${right}: ${second}`,
                    cases: this.pairs.get(`${keyOf(left, first)}\n${keyOf(right, second)}`) ?? 0,
                  },
                ]
              : [],
          ),
        ),
      ),
    )
    return all.sort((a, b) => a.cases - b.cases).slice(0, count)
  }
}

const names = Object.keys(dimensions) as DimensionName[]

function keyOf(dimension: string, value: string): string {
  return `${dimension}=${value}`
}
