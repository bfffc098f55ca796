import type { SimRequest, SimResponse } from './server.ts'

/** What a simulator shows of itself in a browser: plain texts, escaped here, and no script. */
export interface SimPage {
  title: string
  /** Name and value, shown above the tables. */
  facts: readonly (readonly [name: string, value: string])[]
  tables: readonly SimTable[]
}

export interface SimTable {
  title: string
  columns: readonly string[]
  rows: readonly (readonly unknown[])[]
  /** How many there are, when not all are shown. */
  total?: number
}

/** True when a browser asks: programs send no `Accept`, or name JSON first. */
export function wantsHtml(request: SimRequest): boolean {
  return request.method === 'GET' && /^[^,]*text\/html/.test(request.headers['accept'] ?? '')
}

export function renderPage({ title, facts, tables }: SimPage): SimResponse {
  const body = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>
body { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; margin: 2rem }
nav { position: sticky; top: 0; padding: 0.5rem 0; background: Canvas } nav a { margin-right: 1rem }
section { overflow-x: auto; scroll-margin-top: 3rem }
table { border-collapse: collapse; margin-bottom: 2rem; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid #8884; padding: 0.25rem 1rem 0.25rem 0; text-align: left; vertical-align: top; unicode-bidi: plaintext; overflow-wrap: anywhere; max-width: 40rem }
tbody tr:hover { background: #8882 }
dt { float: left; clear: left; width: 10rem; opacity: 0.7 } dd { margin-left: 10rem }
</style></head>
<body>
<h1>${escapeHtml(title)}</h1>
<dl>${facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>
<nav>${tables.map(({ title: name }, index) => `<a href="#table-${index}">${escapeHtml(name)}</a>`).join('')}</nav>
${tables.map(renderTable).join('\n')}
</body>
</html>
`
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" }
  return { status: 200, headers, body }
}

function renderTable({ title, columns, rows, total }: SimTable, index: number): string {
  const count = total !== undefined && total > rows.length ? `${rows.length} of ${total}` : String(rows.length)
  const head = columns.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('')
  const line = (row: readonly unknown[]) => `<tr>${row.map((cell) => `<td>${escapeHtml(String(cell ?? ''))}</td>`).join('')}</tr>`
  const body = rows.length === 0 ? `<tr><td colspan="${columns.length}">none yet</td></tr>` : rows.map(line).join('\n')
  return `<section id="table-${index}"><h2>${escapeHtml(title)} (${count})</h2>\n<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></section>`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}
