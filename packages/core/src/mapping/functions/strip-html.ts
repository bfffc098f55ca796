const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  euro: '€',
  pound: '£',
  yen: '¥',
  cent: '¢',
  copy: '©',
  reg: '®',
  trade: '™',
  times: '×',
  deg: '°',
  middot: '·',
  bull: '•',
}

/** Text of an HTML fragment for a plain field: tags, comments, scripts and styles go, entities are written out, runs of white space become one space. */
export function stripHtml(html: string): string {
  return entities(withoutTags(html)).replace(/\s+/g, ' ').trim()
}

// Every character is looked at a fixed number of times, whatever the text: a pattern would take quadratic time on "<<<<…".
function withoutTags(html: string): string {
  let text = ''
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open === -1) return text + html.slice(at)
    text += html.slice(at, open)
    const next = html[open + 1]
    if (next === undefined || !/[a-z/!?]/i.test(next)) {
      text += '<'
      at = open + 1
      continue
    }
    const end = endOf(html, open)
    if (end === -1) return text
    text += ' '
    at = end
  }
  return text
}

function endOf(html: string, open: number): number {
  if (html.startsWith('<!--', open)) return after(html, '-->', open + 4)
  const close = after(html, '>', open)
  const name = /^<(script|style)\b/i.exec(html.slice(open, open + 8))?.[1]
  if (name === undefined || close === -1) return close
  const rest = html.slice(close).toLowerCase().indexOf(`</${name.toLowerCase()}`)
  return rest === -1 ? -1 : after(html, '>', close + rest)
}

function after(html: string, what: string, from: number): number {
  const found = html.indexOf(what, from)
  return found === -1 ? -1 : found + what.length
}

function entities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole
    const point = decimal === undefined ? parseInt(hex!, 16) : Number(decimal)
    return point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : whole
  })
}
