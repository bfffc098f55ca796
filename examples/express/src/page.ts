import type { Failure, Run } from '@syncline/core'

/** The one page of the example: runs, what needs a person, and the proof. Every value is escaped. */
export function page({
  runs,
  failures,
  pipelines,
  proof,
}: {
  runs: Run[]
  failures: Failure[]
  pipelines: string[]
  proof: object | undefined
}): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Syncline</title><link rel="stylesheet" href="/style.css">
<h1>Syncline</h1>
<h2>Runs</h2>
${table(
  ['Pipeline', 'Result', 'Read', 'New', 'Changed', 'Same', 'Left out', 'Need you'],
  runs.map((run) => [run.pipeline, { text: run.state, className: run.state }, ...counts(run)]),
)}
<h2>Need you (${failures.length})</h2>
${
  failures.length === 0
    ? '<p>Nothing needs you.</p>'
    : table(
        ['Record', 'What happened', 'What to do'],
        failures.map(({ title, error }) => [title, error.message, error.hint ?? '']),
      )
}
<h2>Proof</h2>
${proof === undefined ? '<p>No proof was made.</p>' : `<pre>${escape(JSON.stringify(proof, null, 2))}</pre>`}
<h2>Sync now</h2>
${pipelines.map((id) => `<form method="post" action="/sync/${encodeURIComponent(id)}"><button>${escape(id)}</button></form>`).join('\n')}
</html>`
}

type Cell = string | { text: string; className: string }

function counts({ counts: { read, created, updated, unchanged, skipped, failed, blocked } }: Run): string[] {
  return [read, created, updated, unchanged, skipped, failed + blocked].map(String)
}

function table(head: string[], rows: Cell[][]): string {
  const cell = (value: Cell) =>
    typeof value === 'string' ? `<td>${escape(value)}</td>` : `<td class="${escape(value.className)}">${escape(value.text)}</td>`
  return `<table><thead><tr>${head.map((name) => `<th>${escape(name)}</th>`).join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</tbody></table>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}
