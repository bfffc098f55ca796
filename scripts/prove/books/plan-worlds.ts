import { worldDimensions, type WorldValues } from './dimensions.ts'
import { randomOf, type Random } from './random.ts'

/** Worlds such that their values meet each other evenly: of many drawn, the one whose pairs have come least often. */
export function planWorlds(count: number, seed: number): WorldValues[] {
  const random = randomOf(seed)
  const seen = new Map<string, number>()
  const score = (values: WorldValues) => pairsOf(values).reduce((sum, pair) => sum + 1 / (1 + (seen.get(pair) ?? 0)) ** 2, 0)
  return Array.from({ length: count }, (_, index) => {
    const drawn = Array.from({ length: 60 }, () => draw(random, index)).map((values) => ({ values, score: score(values) }))
    const { values } = drawn.reduce((best, one) => (one.score > best.score ? one : best))
    for (const pair of pairsOf(values)) seen.set(pair, (seen.get(pair) ?? 0) + 1)
    return values
  })
}

function draw(random: Random, index: number): WorldValues {
  const values = Object.fromEntries(
    Object.entries(worldDimensions).map(([dimension, all]) => [dimension, random.pick<string>(all)]),
  ) as WorldValues
  // Every ninth shop has three places: more would say little, because QuickBooks keeps two.
  if (index % 9 === 4) return { ...values, money: 'dinar, 3 places' }
  return values.money === 'dinar, 3 places' ? { ...values, money: 'home currency' } : values
}

function pairsOf(values: WorldValues): string[] {
  const entries = Object.entries(values)
  return entries.flatMap(([dimension, value], at) =>
    entries.slice(at + 1).map(([other, second]) => `${dimension}=${value} ${other}=${second}`),
  )
}
