import type { Clock, Ids } from './seams.ts'

const pool = 64
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * UUIDs of version 7 (RFC 9562): unique, and sorted by the time they were made, also within one millisecond of one process (a counter in
 * the 12 bits after the version) and when the wall clock steps back.
 */
export function timeSortableIds({ clock, bytes }: { clock: Pick<Clock, 'now'>; bytes: (target: Uint8Array<ArrayBuffer>) => void }): Ids {
  const random = new Uint8Array(8 * pool)
  let used = random.length
  let last = 0
  let counter = 0
  return () => {
    if (used === random.length) {
      bytes(random)
      used = 0
    }
    const chance = random.subarray(used, used + 8)
    used += 8
    const now = Math.floor(clock.now())
    counter = now > last ? 0 : counter + 1
    if (counter > 0xfff) counter = 0
    if (now > last) last = now
    else if (counter === 0) last += 1
    const time = last.toString(16).padStart(12, '0')
    const variant = hex[0x80 | (chance[0]! & 0x3f)]! + hex[chance[1]!]!
    let node = ''
    for (let index = 2; index < 8; index += 1) node += hex[chance[index]!]!
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}-${node}`
  }
}
