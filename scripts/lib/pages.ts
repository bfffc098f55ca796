import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const elsewhere = new Set(['node_modules', 'dist', 'coverage', '.git', '.syncline', '.turbo'])

/** Every Markdown page of the repository, as paths from its root; what tools make or keep is left out. */
export function markdownPages(): string[] {
  return globSync('**/*.md', { cwd: root, exclude: (name) => elsewhere.has(name) || name === 'docs/api' }).sort()
}
