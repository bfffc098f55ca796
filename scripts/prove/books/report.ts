import { complaints, percent } from './judge.ts'
import type { Proof } from './prove.ts'

/** What the proof found, for a person. */
export function report(proof: Proof): string[] {
  const { tally } = proof
  const sorted = (counts: Record<string, number>) => Object.entries(counts).sort(([, a], [, b]) => b - a)
  return [
    `cases            ${tally.cases} in ${proof.worlds} shops, seed ${proof.seed} (${proof.refused} drawn that a shop cannot hold)`,
    `documents        ${sorted(proof.documents)
      .map(([entity, count]) => `${entity} ${count}`)
      .join(', ')}`,
    `parked           ${tally.parked} cases, ${percent(tally.parked, tally.cases)}`,
    ...Object.entries(proof.parked)
      .sort(([, a], [, b]) => b.records - a.records)
      .map(([reason, { records, example }]) => `                 ${records} ${reason}, such as: ${example}`),
    `imbalances       ${proof.imbalances}`,
    `silent offsets   ${proof.silent}`,
    `unexplained      ${proof.unexplained}`,
    `corrected        ${proof.corrected} records put aside for want of a setting, posted once it was there`,
    `seconds          ${proof.seconds.toFixed(1)}`,
    '',
    ...table(proof),
    '',
    'rarest pairs',
    ...tally.rarest(5).map(({ pair, cases }) => `  ${String(cases).padStart(5)}  ${pair}`),
    ...proof.failures.flatMap(failure),
    ...complaints(proof).map((complaint) => `NOT PROVED: ${complaint}.`),
  ]
}

function table({ tally }: Proof): string[] {
  let shown = ''
  return [
    `${'dimension'.padEnd(26)}${'value'.padEnd(26)}${'cases'.padStart(8)}${'share'.padStart(10)}${'parked'.padStart(10)}`,
    ...tally.table().map(({ dimension, value, cases, parked }) => {
      const first = dimension === shown ? '' : dimension
      shown = dimension
      return `${first.padEnd(26)}${value.padEnd(26)}${String(cases).padStart(8)}${percent(cases, tally.cases).padStart(10)}${percent(parked, cases).padStart(10)}`
    }),
  ]
}

function failure({ world, worldSeed, result }: Proof['failures'][number]): string[] {
  return [
    '',
    `the smallest order that goes wrong (world seed ${worldSeed}): ${JSON.stringify(world)}`,
    `  ${JSON.stringify(result.one)}`,
    ...result.differences.map(({ what, shop, books }) => `  ${what}: the shop says ${shop}, the books say ${books}`),
    ...result.parked.map(({ entity, key, code, message }) => `  put aside: ${entity} ${key}, ${code}: ${message}`),
    ...(result.silent > 0 ? [`  ${result.silent} documents with tax that nothing remarks on`] : []),
    `  ${JSON.stringify({ ...result.shop, billing: undefined, shipping: undefined })}`,
  ]
}
