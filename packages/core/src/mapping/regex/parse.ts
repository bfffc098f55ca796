/** What a pattern may be made of. `set` is sorted ranges of code points, `no` turns it round. */
export type Node =
  | { kind: 'set'; ranges: readonly Range[]; no: boolean }
  | { kind: 'start' | 'end' | 'nothing' }
  | { kind: 'sequence' | 'choice'; parts: readonly Node[] }
  | { kind: 'repeat'; part: Node; least: number; most: number }

export type Range = readonly [number, number]

/** A pattern that is refused, and why. */
export class PatternError extends Error {}

export const longestPattern = 256
const mostRepeats = 256
const deepest = 32

const digits: Range[] = [[48, 57]]
const wordCharacters: Range[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]
const spaces: Range[] = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]
const lineEnds: Range[] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]
const controls: { [letter: string]: number } = { t: 9, n: 10, r: 13, f: 12, v: 11 }

/**
 * Reads a pattern: characters, `.`, classes `[a-z]` `[^0-9]` `\d \w \s \D \W \S`, `^` and `$` at the text's ends, `* + ?`, `{m}` `{m,}`
 * `{m,n}`, `|` and groups. Everything else that other engines know (references back, looking ahead, lazy repeats) is refused by name:
 * throws PatternError.
 */
export function parsePattern(pattern: string): Node {
  if (pattern.length > longestPattern)
    throw new PatternError(`a pattern has ${longestPattern} characters at most, this one has ${pattern.length}`)
  const parser = new Parser([...pattern])
  const node = parser.choice(0)
  if (!parser.done) throw new PatternError('a ) has no ( before it')
  return node
}

class Parser {
  readonly #characters: readonly string[]
  #at = 0

  constructor(characters: readonly string[]) {
    this.#characters = characters
  }

  get done(): boolean {
    return this.#at >= this.#characters.length
  }

  get #next(): string | undefined {
    return this.#characters[this.#at]
  }

  #ahead(text: string): boolean {
    return this.#characters.slice(this.#at, this.#at + text.length).join('') === text
  }

  choice(depth: number): Node {
    if (depth > deepest) throw new PatternError(`groups are nested more than ${deepest} deep`)
    const parts = [this.#sequence(depth)]
    while (this.#next === '|') {
      this.#at += 1
      parts.push(this.#sequence(depth))
    }
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts }
  }

  #sequence(depth: number): Node {
    const parts: Node[] = []
    while (this.#next !== undefined && this.#next !== '|' && this.#next !== ')') parts.push(this.#repeated(this.#next, this.#atom(depth)))
    return parts.length === 0 ? { kind: 'nothing' } : parts.length === 1 ? parts[0]! : { kind: 'sequence', parts }
  }

  #atom(depth: number): Node {
    const character = this.#characters[this.#at++]!
    switch (character) {
      case '(':
        return this.#group(depth)
      case '[':
        return this.#class()
      case '.':
        return { kind: 'set', ranges: lineEnds, no: true }
      case '^':
        return { kind: 'start' }
      case '$':
        return { kind: 'end' }
      case '\\':
        return this.#escaped()
      case '*':
      case '+':
      case '?':
        throw new PatternError(`there is nothing before "${character}" to repeat`)
      case '{':
      case '}':
      case ']':
        throw new PatternError(`"${character}" stands alone; write \\${character} for the character`)
      default:
        return one(character)
    }
  }

  #group(depth: number): Node {
    if (this.#ahead('?')) {
      if (!this.#ahead('?:'))
        throw new PatternError(
          this.#ahead('?=') || this.#ahead('?!') || this.#ahead('?<=') || this.#ahead('?<!')
            ? 'looking ahead or behind is not supported'
            : 'groups with (? are not supported, except (?:',
        )
      this.#at += 2
    }
    const inner = this.choice(depth + 1)
    if (this.#next !== ')') throw new PatternError('a ( is not closed')
    this.#at += 1
    return inner
  }

  #repeated(character: string, part: Node): Node {
    const repeat = this.#repeat()
    if (repeat === undefined) return part
    if (character === '^' || character === '$') throw new PatternError('^ and $ cannot be repeated')
    if (this.#next === '?') throw new PatternError('lazy repeats are not supported; whether a text matches does not depend on them')
    if (this.#next === '+') throw new PatternError('possessive repeats are not supported')
    if (this.#next === '*' || this.#next === '{') throw new PatternError('something is repeated twice; write a group around it')
    return { kind: 'repeat', part, ...repeat }
  }

  #repeat(): { least: number; most: number } | undefined {
    switch (this.#next) {
      case '*':
        this.#at += 1
        return { least: 0, most: Infinity }
      case '+':
        this.#at += 1
        return { least: 1, most: Infinity }
      case '?':
        this.#at += 1
        return { least: 0, most: 1 }
      case '{':
        return this.#counted()
      default:
        return undefined
    }
  }

  #counted(): { least: number; most: number } {
    const close = this.#characters.indexOf('}', this.#at)
    const inside = close === -1 ? '' : this.#characters.slice(this.#at + 1, close).join('')
    const [, from, comma, to] = /^(\d{1,4})(,(\d{1,4})?)?$/.exec(inside) ?? []
    if (from === undefined) throw new PatternError('a { must be followed by {m}, {m,} or {m,n}; write \\{ for the character')
    this.#at = close + 1
    const least = Number(from)
    const most = comma === undefined ? least : to === undefined ? Infinity : Number(to)
    if (most < least) throw new PatternError(`{${inside}} ends before it begins`)
    if (least > mostRepeats || (most !== Infinity && most > mostRepeats))
      throw new PatternError(`{${inside}} repeats more than ${mostRepeats} times`)
    return { least, most }
  }

  #escaped(): Node {
    const found = this.#escape()
    return typeof found === 'number' ? { kind: 'set', ranges: [[found, found]], no: false } : found
  }

  #escape(): number | (Node & { kind: 'set' }) {
    const letter = this.#characters[this.#at++]
    if (letter === undefined) throw new PatternError('a \\ stands at the end')
    const ranges = { d: digits, w: wordCharacters, s: spaces }[letter.toLowerCase()]
    if (ranges !== undefined) return { kind: 'set', ranges, no: letter !== letter.toLowerCase() }
    if (controls[letter] !== undefined) return controls[letter]
    if (/[1-9]/.test(letter)) throw new PatternError('references back to a group are not supported')
    if (/[a-z0-9]/i.test(letter)) throw new PatternError(`\\${letter} is not supported`)
    return letter.codePointAt(0)!
  }

  #class(): Node {
    const no = this.#next === '^'
    if (no) this.#at += 1
    const ranges: Range[] = []
    while (this.#next !== ']') {
      if (this.done) throw new PatternError('a [ is not closed')
      const from = this.#member()
      if (typeof from !== 'number') {
        ranges.push(...(from.no ? others(from.ranges) : from.ranges))
        continue
      }
      if (this.#next !== '-' || this.#characters[this.#at + 1] === ']' || this.#characters[this.#at + 1] === undefined) {
        ranges.push([from, from])
        continue
      }
      this.#at += 1
      const to = this.#member()
      if (typeof to !== 'number') throw new PatternError('a range in [ ] ends with a class')
      if (to < from) throw new PatternError('a range in [ ] ends before it begins')
      ranges.push([from, to])
    }
    this.#at += 1
    if (ranges.length === 0) throw new PatternError('[ ] is empty')
    return { kind: 'set', ranges, no }
  }

  #member(): number | (Node & { kind: 'set' }) {
    const character = this.#characters[this.#at++]!
    if (character === '[') throw new PatternError('write \\[ for a [ inside [ ]')
    return character === '\\' ? this.#escape() : character.codePointAt(0)!
  }
}

function one(character: string): Node {
  const point = character.codePointAt(0)!
  return { kind: 'set', ranges: [[point, point]], no: false }
}

function others(ranges: readonly Range[]): Range[] {
  const found: Range[] = []
  let from = 0
  for (const [low, high] of ranges) {
    if (low > from) found.push([from, low - 1])
    from = high + 1
  }
  return [...found, [from, 0x10ffff]]
}
