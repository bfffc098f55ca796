import { existsSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@syncline/core'
import { fastClock } from './fast-clock.ts'
import { judgeInvariants, type Verdict } from './invariants.ts'
import { flatness, type Flatness } from './flat.ts'
import type { SoakOptions } from './options.ts'
import { chance, somethingHappens } from './people.ts'
import { openPlaces } from './places.ts'
import { countRows, crowded, halfDone } from './rows.ts'
import { watch } from './watch.ts'
import type { Sample, WorkerOrder } from './worker.ts'
import { startWorkers, type Worker } from './workers.ts'

export interface SoakReport {
  minutes: number
  tenants: number
  /** What people did in the shops. */
  events: number
  writes: number
  faults: number
  kills: number
  freezes: number
  stops: number
  branches: Record<string, number>
  cyclesToRest: number
  /** Records that wait for a person in the end, by the code of their error. */
  parked: Record<string, number>
  /** One of them for each code, in words. */
  causes: string[]
  verdicts: Verdict[]
  flat: Flatness[]
  samples: Sample[]
}

const start = Date.UTC(2026, 10, 22, 18)
const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** People work, requests go wrong, processes die and freeze; then everything is healed, comes to rest, and is judged. */
export async function soak(options: SoakOptions, say: (line: string) => void): Promise<SoakReport> {
  const { minutes, tenants, seed, speed } = options
  const random = chance(seed * 7_919)
  const directory = mkdtempSync(join(folder, 'syncline-prove-soak-'))
  const [path, logPath] = [join(directory, 'sync.db'), join(directory, 'log.jsonl')]
  const places = await openPlaces({ ...options, start })
  const clock = { start, since: Date.now(), speed }
  const time = fastClock(clock)
  const key = generateKey()
  const order: WorkerOrder = {
    database: path,
    key,
    clock,
    // Some three runs a second over all tenants.
    schedule: `*/${Math.ceil(tenants / 4)} * * * *`,
    books: { url: places.books.url, clientId: places.books.clientId, clientSecret: places.books.clientSecret },
    tenants: places.list.map(({ tenant, shop, realmId, accessToken, refreshToken }) => ({
      tenant,
      shop: { url: shop.url, consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret },
      realmId,
      accessToken,
      refreshToken,
    })),
  }
  const branches = new Map<string, number>()
  const workers = startWorkers(order, logPath, branches)
  const tally = { events: 0, kills: 0, freezes: 0, stops: 0 }
  const noticed = { halfDone: [] as string[], crowded: [] as string[] }
  const samples: Sample[] = []
  const look = async (worker: Worker) => {
    samples.push(await worker.ask<Sample>('sample'))
    noticed.halfDone.push(...halfDone(path))
    noticed.crowded.push(...crowded(path))
  }
  try {
    // One process lives through all of it; the others come and go beside it.
    const lasting = workers.start()
    await lasting.ready
    const policies = await lasting.ask<Record<string, Record<string, string>>>('set-up')
    say(`${tenants} tenants are set up.`)
    const seen = watch(places, path)
    places.disturb(options.faults)
    await lasting.ask('run')
    const end = Date.now() + minutes * 60_000
    const goingOn = () => Date.now() < end

    const people = async () => {
      const half = Date.now() + minutes * 30_000
      while (goingOn()) {
        const place = places.list[Math.floor(random() * places.list.length)]!
        // In the second half nobody orders any more: what grows then does not grow with the shops.
        await somethingHappens(place, random, time.now(), Date.now() < half)
        tally.events++
        await pause(Math.max(20, 4_000 / tenants))
      }
    }
    const restarts = async () => {
      while (goingOn()) {
        const passing = workers.start()
        await passing.ready
        await passing.ask('run')
        await pause(Math.min(3_000 + random() * 9_000, Math.max(500, end - Date.now())))
        const dice = random()
        if (dice < 0.2) {
          tally.stops++
          await passing.ask('stop')
        } else if (dice < 0.4 && goingOn()) {
          // Stands still for longer than a lease lives, and goes on.
          tally.freezes++
          passing.process.kill('SIGSTOP')
          await pause((150_000 / speed) * (1 + random()))
          passing.process.kill('SIGCONT')
          await pause(1_500)
        }
        if (dice >= 0.2) {
          tally.kills++
          passing.process.kill('SIGKILL')
        }
        await passing.ended
      }
    }
    const looks = async () => {
      const every = Math.max(2_000, (minutes * 60_000) / 60)
      while (goingOn()) {
        await pause(every)
        await look(lasting)
        if (samples.length % 10 === 0)
          say(`${samples.length} looks: ${tally.events} events, ${seen.writes} writes, ${tally.kills} kills, ${seen.faults} faults`)
      }
    }
    await Promise.all([people(), restarts(), looks()])

    // Heal, and come to rest.
    places.heal()
    await lasting.ask('stop')
    await lasting.ended
    const last = workers.start()
    await last.ready
    say('Everything is healed; it comes to rest.')
    let cyclesToRest = 0
    let quiet = 0
    let before = places.writes()
    while (quiet < 2 && cyclesToRest < 12) {
      await time.sleep(60_000)
      await last.ask(quiet === 0 ? 'cycle' : 'full-cycle')
      const after = places.writes()
      quiet = after === before ? quiet + 1 : 0
      before = after
      cyclesToRest++
    }
    // Two cycles more, in which nobody changes anything, and what was changed last is not read for a second time any more.
    await time.sleep(300_000)
    const rows = countRows(path)
    for (let idle = 0; idle < 2; idle++) {
      await time.sleep(60_000)
      await last.ask('cycle')
    }
    const later = countRows(path)
    const idleWrites = quiet < 2 ? 1 : places.writes() - before
    const different = await last.ask<string[]>('plans')
    samples.push(await last.ask<Sample>('sample'))
    await last.ask('stop')
    await last.ended
    seen.close()
    const { verdicts, parked, causes } = await judgeInvariants({
      places,
      path,
      logPath,
      policies,
      seen,
      noticed,
      samples,
      different,
      idleWrites,
      key,
      tally,
      branches,
    })
    return {
      minutes,
      tenants,
      ...tally,
      writes: seen.writes,
      faults: seen.faults,
      branches: Object.fromEntries([...branches].toSorted()),
      cyclesToRest,
      parked,
      causes,
      verdicts,
      flat: flatness(samples.slice(0, -1), { before: rows, after: later, runs: 2 * 4 * tenants }),
      samples,
    }
  } finally {
    await workers.close()
    await places.stop()
    await rm(directory, { recursive: true, force: true })
  }
}
