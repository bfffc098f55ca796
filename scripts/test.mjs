// `npm test`: every test of the repository. The last line is the plain count, and only a clean count exits with 0.
import './runtime.mjs'
import { countTests } from './lib/vitest.mjs'

const { passed, failed, problems, notReplayed } = await countTests(process.argv.slice(2))
for (const problem of problems) console.log(problem)
if (notReplayed > 0) console.log(`\n*** ${notReplayed} exchanges not replayed: ../shared/contracts is missing ***\n`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
