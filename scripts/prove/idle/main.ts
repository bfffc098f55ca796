import '../../runtime.mjs'
import { excess, measure } from './measure.ts'

const sizes = process.argv
  .slice(2)
  .filter((text) => /^\d+$/.test(text))
  .map(Number)
const figures = await measure(sizes.length > 0 ? sizes : [1, 30, 1_000], (what) => process.stderr.write(`${what}\n`))
const wrong = figures.flatMap(excess)
console.log('Requests of one cycle of all pipelines of a way, by platform (allowed):')
for (const { way, changes, requests, allowed } of figures) {
  const parts = Object.entries(requests).map(([platform, count]) => {
    const most = allowed[platform as keyof typeof allowed]
    return `${platform} ${count}${most === undefined ? '' : ` (${most})`}`
  })
  console.log(`${way} · ${changes === 0 ? 'idle' : `${changes} changed`}: ${parts.join(', ')}`)
}
console.log(wrong.length === 0 ? 'Nothing costs more than is allowed.' : wrong.join('\n'))
process.exitCode = wrong.length === 0 ? 0 : 1
