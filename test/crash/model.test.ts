import { describe, expect, it } from 'vitest'
import { explore, type Rules } from './model.ts'

const rules: Rules = { keyed: false, looks: true, settleWindow: 8, longestDelay: 5, lookupLag: 2, deaths: 3 }

describe('the create and recover protocol, explored completely', () => {
  it('never makes two records where the key is honoured, however late a request comes and a lookup sees it', () => {
    expect(explore({ ...rules, keyed: true, deaths: 2, settleWindow: 1, longestDelay: 7, lookupLag: 7 })).toMatchObject({
      most: 1,
      lost: 0,
      stuck: 0,
    })
  })

  it('never makes two by looking alone once the window exceeds delay and lookup lag together', () => {
    const explored = explore(rules)
    expect(explored).toMatchObject({ most: 1, lost: 0, stuck: 0 })
    expect(explored.states).toBeGreaterThan(300)
  })

  it('holds for every delay and lag below the window, and fails at once above it', () => {
    const wrong: string[] = []
    for (let longestDelay = 1; longestDelay <= 6; longestDelay++) {
      for (let lookupLag = 0; lookupLag <= 4; lookupLag++) {
        for (let settleWindow = 1; settleWindow <= 11; settleWindow++) {
          const { most } = explore({ ...rules, deaths: 2, longestDelay, lookupLag, settleWindow })
          const enough = longestDelay + lookupLag
          if (settleWindow > enough && most > 1) wrong.push(`delay ${longestDelay}, lag ${lookupLag}, window ${settleWindow}: two records`)
          if (settleWindow < enough && most < 2)
            wrong.push(`delay ${longestDelay}, lag ${lookupLag}, window ${settleWindow}: the model sees no danger`)
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it('makes two where nothing protects: the model can fail', () => {
    expect(explore({ ...rules, looks: false }).most).toBe(2)
    expect(explore({ ...rules, settleWindow: 1 }).most).toBe(2)
  })
})
