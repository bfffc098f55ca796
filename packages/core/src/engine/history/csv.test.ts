import fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvLine, readCell, type Cell } from './csv.ts'

/** A reader of RFC 4180 of its own. */
function read(text: string): string[][] {
  const lines: string[][] = [['']]
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const line = lines.at(-1)!
    const character = text[at]!
    if (quoted && character === '"' && text[at + 1] === '"') line.push(line.pop()! + text[at++]!)
    else if (character === '"') quoted = !quoted
    else if (!quoted && character === ',') line.push('')
    else if (!quoted && character === '\r' && text[at + 1] === '\n') {
      lines.push([''])
      at++
    } else line.push(line.pop()! + character)
  }
  return lines.slice(0, -1)
}

it('gives every text back as it was', () => {
  const text = fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', "'", '"', ',', 'a', '1', '＝', ' ') })
  fc.assert(
    fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { maxLength: 4 }), (rows) => {
      expect(read(rows.map(csvLine).join('')).map((row) => row.map(readCell))).toEqual(rows)
    }),
  )
})

it.each<[Cell, string]>([
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['@x', "'@x"],
  ['＝x', "'＝x"],
  [-5, '-5'],
  [undefined, ''],
  ['a,"b"', '"a,""b"""'],
  ['\r\n=x', '"\'\r\n=x"'],
])('writes %j as %j', (cell, written) => expect(csvLine([cell, 'end'])).toBe(`${written},end\r\n`))
