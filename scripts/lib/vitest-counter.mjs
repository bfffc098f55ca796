import { writeFileSync } from 'node:fs'

/**
 * Counts a run for the plain closing line. A file that could not be loaded, a hook that threw and an error outside of any test each count
 * as one failed: nothing that went wrong may leave the count looking clean.
 */
export default class Counter {
  notReplayed = 0

  // Tests of recorded exchanges say how many they could not replay where the recordings are missing.
  onUserConsoleLog({ content }) {
    for (const [, count] of content.matchAll(/(\d+) exchanges? not replayed/g)) this.notReplayed += Number(count)
  }

  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: [], notReplayed: this.notReplayed }
    for (const module of modules) {
      count.failed += module.errors().length
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') count.passed += 1
        else if (state === 'failed') count.failed += 1
        else count.skipped.push(`${module.relativeModuleId} > ${test.fullName}`)
      }
    }
    writeFileSync(process.env.SYNCLINE_COUNT_FILE, JSON.stringify(count))
  }
}
