import '../../runtime.mjs'
import { readOptions } from './options.ts'
import { soak } from './soak.ts'

const options = readOptions(process.argv.slice(2))
const report = await soak(options, (line) => process.stderr.write(`${line}\n`))
if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`)
const say = (line = '') => process.stdout.write(`${line}\n`)
const counted = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none'
say()
for (const { name, verdict, judge, findings } of report.verdicts) {
  say(`${verdict.padEnd(9)} ${name} (${judge})`)
  for (const finding of findings) say(`            ${finding}`)
}
for (const { what, ok, figures } of report.flat) say(`${(ok ? 'flat' : 'GROWS').padEnd(9)} ${what}: ${figures}`)
say()
say(
  `${report.tenants} tenants, ${report.minutes} min: ${report.events} events, ${report.writes} writes, ${report.faults} faults, ${report.kills} kills, ${report.freezes} freezes, ${report.stops} stops; at rest after ${report.cyclesToRest} cycles`,
)
say(`Waiting for a person: ${counted(report.parked)}`)
for (const cause of report.causes) say(`            ${cause}`)
say(`Ways through recovery: ${counted(report.branches)}`)
const broken = report.verdicts.filter(({ verdict }) => verdict === 'broken').length
const growing = report.flat.filter(({ ok }) => !ok).length
say(`Invariants broken ${broken}, growing ${growing}`)
process.exitCode = broken + growing > 0 ? 1 : 0
