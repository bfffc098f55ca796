import { writeFileSync } from 'node:fs'

/**
 * Counts a run for the plain closing line. A file that could not be loaded, a hook that threw and an error outside of any test each count
 * as one failed: nothing that went wrong may leave the count looking clean. The count is written as the run goes on, so that a run that
 * hangs can still say where.
 */
export default class Counter {
  count = { passed: 0, failed: 0, skipped: [], running: [], notReplayed: 0 }

  // Tests of recorded exchanges say how many they could not replay where the recordings are missing.
  onUserConsoleLog({ content }) {
    for (const [, count] of content.matchAll(/(\d+) exchanges? not replayed/g)) this.count.notReplayed += Number(count)
  }

  onTestModuleStart(module) {
    this.count.running.push(module.relativeModuleId)
    this.#write()
  }

  onTestModuleEnd(module) {
    const { count } = this
    count.running = count.running.filter((id) => id !== module.relativeModuleId)
    count.failed += module.errors().length
    for (const suite of module.children.allSuites()) count.failed += suite.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') count.passed += 1
      else if (state === 'failed') count.failed += 1
      else count.skipped.push(`${module.relativeModuleId} > ${test.fullName}`)
    }
    this.#write()
  }

  onTestRunEnd(_modules, unhandledErrors) {
    this.count.failed += unhandledErrors.length
    this.#write()
  }

  #write() {
    writeFileSync(process.env.SYNCLINE_COUNT_FILE, JSON.stringify(this.count))
  }
}
