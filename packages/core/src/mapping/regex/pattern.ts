import { parsePattern, PatternError, type Node, type Range } from './parse.ts'

/** A pattern ready to look for. */
export interface Pattern {
  /**
   * True when the pattern is found somewhere in the text. Time is linear in the text: every character is looked at once per place of the
   * pattern. `worked` is told about each thousand of such looks, and may throw.
   */
  test: (text: string, worked?: () => void) => boolean
}

/** More places than this make a pattern slow: it is refused. */
const mostPlaces = 1_000
const looks = 1_024

type Instruction =
  | { kind: 'set'; fits: (point: number) => boolean }
  | { kind: 'fork'; to: number; or: number }
  | { kind: 'start' | 'end'; to: number }
  | { kind: 'found' }

/**
 * Prepares a pattern (its syntax: `parsePattern`) as a Thompson automaton, which holds all the ways through at once instead of trying one
 * after the other. Throws PatternError.
 */
export function compilePattern(pattern: string, { ignoreCase = false }: { ignoreCase?: boolean } = {}): Pattern {
  const program: Instruction[] = []
  const node = parsePattern(pattern)
  emit(node, program, ignoreCase)
  push(program, { kind: 'found' })
  return { test: runner(program) }
}

function push(program: Instruction[], instruction: Instruction): number {
  if (program.length >= mostPlaces) throw new PatternError(`it repeats so much that it has more than ${mostPlaces} places`)
  program.push(instruction)
  return program.length - 1
}

// An instruction without a `to` of its own goes on with the next one.
function emit(node: Node, program: Instruction[], ignoreCase: boolean): void {
  switch (node.kind) {
    case 'nothing':
      return
    case 'set':
      push(program, { kind: 'set', fits: tester(node.ranges, node.no, ignoreCase) })
      return
    case 'start':
    case 'end':
      push(program, { kind: node.kind, to: program.length + 1 })
      return
    case 'sequence':
      for (const part of node.parts) emit(part, program, ignoreCase)
      return
    case 'choice':
      return emitChoice(node.parts, program, ignoreCase)
    case 'repeat':
      return emitRepeat(node, program, ignoreCase)
  }
}

function emitChoice(parts: readonly Node[], program: Instruction[], ignoreCase: boolean): void {
  const ends: number[] = []
  for (const [place, part] of parts.entries()) {
    if (place === parts.length - 1) {
      emit(part, program, ignoreCase)
      continue
    }
    const fork = push(program, { kind: 'fork', to: program.length + 1, or: 0 })
    emit(part, program, ignoreCase)
    ends.push(push(program, { kind: 'fork', to: 0, or: 0 }))
    program[fork] = { kind: 'fork', to: fork + 1, or: program.length }
  }
  for (const end of ends) program[end] = { kind: 'fork', to: program.length, or: program.length }
}

function emitRepeat({ part, least, most }: Node & { kind: 'repeat' }, program: Instruction[], ignoreCase: boolean): void {
  for (let count = 0; count < least; count += 1) emit(part, program, ignoreCase)
  if (most === Infinity) {
    const fork = push(program, { kind: 'fork', to: program.length + 1, or: 0 })
    emit(part, program, ignoreCase)
    push(program, { kind: 'fork', to: fork, or: fork })
    program[fork] = { kind: 'fork', to: fork + 1, or: program.length }
    return
  }
  const forks: number[] = []
  for (let count = least; count < most; count += 1) {
    forks.push(push(program, { kind: 'fork', to: program.length + 1, or: 0 }))
    emit(part, program, ignoreCase)
  }
  for (const fork of forks) program[fork] = { kind: 'fork', to: fork + 1, or: program.length }
}

function tester(ranges: readonly Range[], no: boolean, ignoreCase: boolean): (point: number) => boolean {
  const within = (point: number) => ranges.some(([low, high]) => point >= low && point <= high)
  const [only] = ranges
  if (!ignoreCase && ranges.length === 1) {
    const [low, high] = only!
    return no ? (point) => point < low || point > high : (point) => point >= low && point <= high
  }
  if (!ignoreCase) return (point) => within(point) !== no
  return (point) => {
    const letter = String.fromCodePoint(point)
    return (within(point) || within(letter.toLowerCase().codePointAt(0)!) || within(letter.toUpperCase().codePointAt(0)!)) !== no
  }
}

/** The automaton at work. Its memory is kept from text to text: most are short, and making it anew would cost more than they do. */
function runner(program: readonly Instruction[]): Pattern['test'] {
  const seenAt = new Float64Array(program.length)
  const stack = new Int32Array(program.length * 2 + 2)
  let here = new Int32Array(program.length)
  let next = new Int32Array(program.length)
  // Counts the places of all texts together, so that marks of an earlier one never look like this one's.
  let now = 0
  let done = 0
  let worked: (() => void) | undefined
  let atStart = false
  let atEnd = false

  // Follows everything that takes no character; -1 when the end of the pattern is reached. Places wait in `into`.
  const follow = (from: number, into: Int32Array, waiting: number): number => {
    let count = waiting
    let height = 1
    stack[0] = from
    while (height > 0) {
      const place = stack[--height]!
      if (seenAt[place] === now) continue
      seenAt[place] = now
      if (++done % looks === 0) worked?.()
      const instruction = program[place]!
      if (instruction.kind === 'set') into[count++] = place
      else if (instruction.kind === 'found') return -1
      else if (instruction.kind === 'fork') {
        stack[height++] = instruction.or
        stack[height++] = instruction.to
      } else if (instruction.kind === 'start' ? atStart : atEnd) stack[height++] = instruction.to
    }
    return count
  }

  return (text, tell) => {
    worked = tell
    done = 0
    let waiting = 0
    now += 1
    for (let at = 0; ;) {
      atStart = at === 0
      atEnd = at === text.length
      // A match may begin anywhere.
      waiting = follow(0, here, waiting)
      if (waiting === -1) return true
      if (atEnd) return false
      const point = text.codePointAt(at)!
      at += point > 0xffff ? 2 : 1
      now += 1
      atStart = false
      atEnd = at === text.length
      let count = 0
      for (let index = 0; index < waiting; index += 1) {
        const place = here[index]!
        if (++done % looks === 0) worked?.()
        if (!(program[place] as Instruction & { kind: 'set' }).fits(point)) continue
        count = follow(place + 1, next, count)
        if (count === -1) return true
      }
      ;[here, next] = [next, here]
      waiting = count
    }
  }
}
