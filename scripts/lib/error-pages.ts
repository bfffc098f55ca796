import { errorClasses, type ErrorClass, type ErrorCode } from '../../packages/core/src/errors/codes.ts'

/** What core does, in the words of the page. */
const actions: { [C in ErrorClass]: string } = {
  retryable: 'Syncline tries again by itself.',
  throttle: 'Syncline waits and goes on by itself.',
  auth: 'The connection stops until somebody signs in again.',
  conflict: 'The record is set aside for a person; the others go on.',
  validation: 'The record or the call is refused; everything else goes on.',
  permanent: 'The connection or pipeline pauses until the cause is gone.',
  bug: 'The pipeline stops, nothing is guessed and nothing is tried again.',
}

const marker = '<!-- Headings, classes and order below come from packages/core/src/errors/codes.ts: npm run docs:errors -->'
const missing = '**What happened.** Not written yet.\n\n**What to do.** Not written yet.'

interface Group {
  title: string
  codes: ErrorCode[]
}

/** The groups of the table in codes.ts, named by its comments. */
export function groupsOf(source: string): Group[] {
  const table = source.slice(source.indexOf('errorClasses = {'), source.indexOf('} as const'))
  const groups: Group[] = []
  for (const line of table.split('\n')) {
    const title = /^\s*\/\/ (.+)$/.exec(line)?.[1]
    const code = /^\s*(\w+): '/.exec(line)?.[1]
    if (title) groups.push({ title: title[0]!.toUpperCase() + title.slice(1), codes: [] })
    else if (code) groups.at(-1)?.codes.push(code as ErrorCode)
  }
  return groups
}

/** What the page says about each code, without the lines that are generated. */
export function proseOf(page: string): Map<string, string> {
  const sections = page.split(/^### `(\w+)`$/m).slice(1)
  const prose = new Map<string, string>()
  for (let index = 0; index < sections.length; index += 2) {
    const body = sections[index + 1]!.split(/^## /m)[0]!.trim()
    prose.set(sections[index]!, body.replace(/^Class `\w+`\. .*\n/, '').trim())
  }
  return prose
}

/** The page with exactly the codes there are, in their order, keeping what was written about each; new ones are marked as not written. */
export function renderErrors(page: string, source: string): string {
  const prose = proseOf(page)
  const introduction = page.split(marker)[0]!.trimEnd()
  const groups = groupsOf(source)
  const sections = groups.map(({ title, codes }) => {
    const bodies = codes.map((code) => {
      const errorClass = errorClasses[code]
      return `### \`${code}\`\n\nClass \`${errorClass}\`. ${actions[errorClass]}\n\n${prose.get(code) ?? missing}\n`
    })
    return `## ${title}\n\n${bodies.join('\n')}`
  })
  return `${introduction}\n\n${marker}\n\n${sections.join('\n')}`
}
