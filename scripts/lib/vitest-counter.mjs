import { writeFileSync } from 'node:fs'

/**
 * Counts a run for the plain closing line. A file that could not be loaded, a hook that threw and an error outside of any test each count
 * as one failed, and so does a test that never ended because its process died: nothing that went wrong may leave the count looking clean.
 * The count is written as the run goes on, so that a run that hangs can still say where.
 */
export default class Counter {
  ended = new Map()
  running = new Set()
  notReplayed = 0

  // Tests of recorded exchanges say how many they could not replay where the recordings are missing.
  onUserConsoleLog({ content }) {
    for (const [, count] of content.matchAll(/(\d+) exchanges? not replayed/g)) this.notReplayed += Number(count)
  }

  onTestModuleStart({ relativeModuleId }) {
    this.running.add(relativeModuleId)
    this.#write()
  }

  onTestModuleEnd(module) {
    this.running.delete(module.relativeModuleId)
    this.ended.set(module.relativeModuleId, countOf(module))
    this.#write()
  }

  onTestRunEnd(modules, unhandledErrors) {
    for (const module of modules) this.ended.set(module.relativeModuleId, countOf(module))
    this.#write(unhandledErrors.length)
  }

  #write(errors = 0) {
    const total = { passed: 0, failed: errors, skipped: [], running: [...this.running], notReplayed: this.notReplayed }
    for (const { passed, failed, skipped } of this.ended.values()) {
      total.passed += passed
      total.failed += failed
      total.skipped.push(...skipped)
    }
    writeFileSync(process.env.SYNCLINE_COUNT_FILE, JSON.stringify(total))
  }
}

function countOf(module) {
  const count = { passed: 0, failed: module.errors().length, skipped: [] }
  for (const suite of module.children.allSuites()) count.failed += suite.errors().length
  for (const test of module.children.allTests()) {
    const { state } = test.result()
    if (state === 'passed') count.passed += 1
    else if (state === 'failed') count.failed += 1
    else count.skipped.push(`${module.relativeModuleId} > ${test.fullName}`)
  }
  return count
}
