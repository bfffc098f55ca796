import type { Seams } from '@syncline/core'
import { fakeClock, type FakeClock } from './fake-clock.ts'
import { fixedIds, seededRandom } from './fixed-ids.ts'
import { silentLogger, type SilentLogger } from './silent-logger.ts'
import { transportSpy } from './transport-spy.ts'

/** Every seam of core for a test: time stands still, chance and ids are the same in every run, nothing is printed, no network. */
export function testSeams<Given extends Partial<Seams>>(given?: Given): Seams & { clock: FakeClock; logger: SilentLogger } & Given {
  const seams = {
    clock: fakeClock(),
    random: seededRandom(),
    ids: fixedIds(),
    logger: silentLogger(),
    faultPoint: () => {},
    fetch: transportSpy().fetch,
  }
  return { ...seams, ...given } as Seams & { clock: FakeClock; logger: SilentLogger } & Given
}
