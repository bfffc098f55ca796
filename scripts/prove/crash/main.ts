import '../../runtime.mjs'
import { readOptions } from './options.ts'
import { proveCrash } from './prove.ts'
import type { CrashReport } from './tally.ts'

const options = readOptions(process.argv.slice(2))
const isWhole = options.sample === undefined && options.only === undefined
const report = await proveCrash(options, (line) => process.stderr.write(`${line}\n`))
if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`)
/** A whole proof has died at every point and gone every way. */
const unseen = Object.entries(report.branches).flatMap(([name, count]) => (count === 0 ? [name] : []))
print(report)
const findings = report.duplicates + report.losses + report.halfWritten + report.stuck
process.exitCode = findings > 0 || (isWhole && unseen.length + report.neverKilledAt.length > 0) ? 1 : 0

function print({
  points,
  killedAt,
  neverKilledAt,
  cases,
  scenarios,
  kills,
  duplicates,
  losses,
  halfWritten,
  stuck,
  branches,
  failures,
  seconds,
}: CrashReport): void {
  const say = (line = '') => process.stdout.write(`${line}\n`)
  for (const { name, verdict } of failures.slice(0, 25)) {
    say(`\n${name}`)
    for (const [kind, found] of Object.entries(verdict) as [string, string[]][])
      for (const text of found.slice(0, 5)) say(`  ${kind}: ${text}`)
  }
  say(`\nFault points ${points}, killed at ${killedAt}; cases ${cases}, kills ${kills} in ${scenarios} scenarios, ${Math.round(seconds)} s`)
  if (isWhole && neverKilledAt.length > 0) say(`Not killed at: ${neverKilledAt.join(', ')}`)
  say(`Duplicates ${duplicates}, losses ${losses}, half-written ${halfWritten}, stuck ${stuck}`)
  if (isWhole && unseen.length > 0) say(`Never seen: ${unseen.join(', ')}`)
  say(
    `Ways through recovery: ${Object.entries(branches)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  )
}
