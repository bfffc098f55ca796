import { proveSeed } from './seed.ts'

export interface UndoProof {
  seeds: number
  written: number
  takenBack: number
  refused: Map<string, number>
  findings: string[]
  seconds: number
}

/** Random runs of random shops, undone, seed by seed. */
export async function proveUndo(options: { seeds: number; from?: number; progress?: (done: number) => void }): Promise<UndoProof> {
  const { seeds, from = 1, progress = () => {} } = options
  const startedAt = performance.now()
  const proof: UndoProof = { seeds, written: 0, takenBack: 0, refused: new Map(), findings: [], seconds: 0 }
  for (let seed = from; seed < from + seeds; seed++) {
    const { written, takenBack, refused, findings } = await proveSeed(seed).catch((error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      return { written: 0, takenBack: 0, refused: new Map<string, number>(), findings: [text] }
    })
    proof.written += written
    proof.takenBack += takenBack
    for (const [code, count] of refused) proof.refused.set(code, (proof.refused.get(code) ?? 0) + count)
    proof.findings.push(...findings.map((finding) => `seed ${seed}: ${finding}`))
    progress(seed - from + 1)
  }
  proof.seconds = (performance.now() - startedAt) / 1_000
  return proof
}

export function report({ seeds, written, takenBack, refused, findings, seconds }: UndoProof): string[] {
  const codes = [...refused].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, count]) => `${code} ${count}`)
  return [
    ...findings.slice(0, 20),
    `Seeds ${seeds}, records written by the runs ${written}, taken back ${takenBack}, ${seconds.toFixed(0)} s`,
    `Refused with their reason: ${codes.join(', ') || 'none'}`,
    `Books not as before, or refusals not exact: ${findings.length}`,
    findings.length === 0 ? 'PROVED' : 'NOT PROVED',
  ]
}
