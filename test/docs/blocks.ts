import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { markdownPages } from '../../scripts/lib/pages.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * One TypeScript block of a page. How a page says what to do with it, in the word behind `ts`:
 * nothing: it is type-checked · `run`: it is also executed, and prints what its comments `// → …` say · `continue`: it goes on where the
 * block before it stopped. Names that the reader brings along are declared in an invisible comment before it: `<!-- ts declare …\n -->`.
 */
export interface Block {
  page: string
  /** Of its first line, counted from 1. */
  line: number
  code: string
  runs: boolean
  /** What it must print, line by line. */
  prints: string[]
}

/** Pages with programs for a reader: not what changesets collect. */
export function pages(): string[] {
  return markdownPages().filter((page) => !page.startsWith('.changeset/') && !page.endsWith('CHANGELOG.md'))
}

const pattern = /^<!-- ts\n([\s\S]*?)^-->$|^```(?:ts|typescript)[ \t]*([^\n]*)\n([\s\S]*?)^```$/gm

/** The blocks of a page, each joined with those it continues. Throws for a word behind `ts` that means nothing. */
export function blocksOf(page: string, text = readFileSync(join(root, page), 'utf8')): Block[] {
  const blocks: Block[] = []
  let declared = ''
  for (const match of text.matchAll(pattern)) {
    const [, declaration, word, code] = match
    if (declaration !== undefined) {
      declared += declaration
      continue
    }
    const line = text.slice(0, match.index).split('\n').length + 1
    if (!['', 'run', 'continue'].includes(word!.trim())) throw new Error(`${page}:${line} unknown word behind ts: "${word}"`)
    const last = blocks.at(-1)
    if (word!.trim() === 'continue' && last) {
      last.code += declared + code!
      last.prints.push(...printed(code!))
    } else {
      blocks.push({ page, line, code: declared + code!, runs: word!.trim() === 'run', prints: printed(code!) })
    }
    declared = ''
  }
  return blocks
}

const printed = (code: string) => [...code.matchAll(/\/\/ → (.*)$/gm)].map((match) => match[1]!.trim())
