import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { markdownPages } from './pages.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Relative links and anchors of all Markdown pages that lead nowhere, as lines for a reader. */
export function brokenLinks(): string[] {
  return markdownPages().flatMap((page) => brokenLinksOf(page, readFileSync(join(root, page), 'utf8')))
}

/** `page` is the path of the page from the root of the repository. */
export function brokenLinksOf(page: string, text: string): string[] {
  const targets = [...withoutCode(text).matchAll(/\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map((match) => match[1]!)
  return targets.flatMap((target) => {
    if (/^[a-z][a-z+.-]*:/i.test(target)) return []
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? join(root, page) : join(root, dirname(page), decodeURIComponent(path))
    if (!existsSync(file)) return [`${page}: ${target} does not exist`]
    if (relative(root, file).startsWith('..')) return [`${page}: ${target} lies outside the repository`]
    if (anchor && file.endsWith('.md') && !anchorsOf(file).has(anchor)) return [`${page}: ${target} names no heading`]
    return []
  })
}

/** As code hosts make them: lower case, punctuation away, spaces to hyphens. */
function anchorsOf(file: string): Set<string> {
  const headings = withoutCode(readFileSync(file, 'utf8'), { keepInline: true }).matchAll(/^#{1,6}\s+(.+?)\s*$/gm)
  return new Set(
    [...headings].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  )
}

function withoutCode(text: string, { keepInline = false } = {}): string {
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1\s*$/gm, '')
  return keepInline ? prose : prose.replace(/`[^`\n]*`/g, '')
}
