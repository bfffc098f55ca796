import { faults } from '../fault.ts'

export type Operator = '=' | '<' | '>' | '<=' | '>=' | 'LIKE' | 'IN'

export interface Condition {
  property: string
  operator: Operator
  /** One value, or several for IN. `null` stands for the blank that QuickBooks uses for null. */
  values: (string | null)[]
}

export interface Query {
  count: boolean
  /** Names between SELECT and FROM, when not `*`. */
  projection: string[] | undefined
  entity: string
  where: Condition[]
  order: { property: string; descending: boolean }[]
  startPosition: number
  maxResults: number
}

interface Token {
  kind: 'word' | 'text' | 'sign'
  text: string
}

const TOKEN = /\s*(?:'((?:\\.|[^'\\])*)'|([A-Za-z_][\w.]*)|(-?\d[\w.:+-]*)|(<=|>=|!=|<>|[=<>(),*]))/y

export interface ParseOptions {
  /** MAXRESULTS above 1000. Default `refuse`: 4001. */
  pageAbove1000?: 'refuse' | 'cap' | 'any'
  /** Keywords in any case, and `\\'` inside quotes. Default true. */
  lenient?: boolean
}

/**
 * Reads a statement of QuickBooks' query language (quickbooks.md 6): AND only, LIKE with `%`, quotes escaped by `\'`.
 *
 * @throws QboFault 4000 when it does not parse, 4001 when a page clause is out of range
 */
export function parseQuery(statement: string, { pageAbove1000 = 'refuse', lenient = true }: ParseOptions = {}): Query {
  const tokens = tokenize(statement, lenient)
  let at = 0
  const peek = () => tokens[at]
  const fail = (expected: string): never => {
    const token = tokens[at]
    throw faults.queryParse(`Encountered "${token?.text ?? '<EOF>'}" at position ${at + 1}. Was expecting: ${expected}`)
  }
  const isWord = (word: string) => peek()?.kind === 'word' && (lenient ? peek()!.text.toUpperCase() : peek()!.text) === word
  const takeWord = (word: string) => (isWord(word) ? (at++, true) : false)
  const takeSign = (sign: string) => (peek()?.kind === 'sign' && peek()!.text === sign ? (at++, true) : false)
  const name = (what: string): string => (peek()?.kind === 'word' ? tokens[at++]!.text : fail(what))

  if (!takeWord('SELECT')) fail('"SELECT"')
  const { count, projection } = readSelection()
  if (!takeWord('FROM')) fail('"FROM"')
  const query: Query = { count, projection, entity: name('an entity'), where: [], order: [], startPosition: 1, maxResults: 100 }
  if (takeWord('WHERE')) {
    do query.where.push(readCondition())
    while (takeWord('AND'))
  }
  // The documented order is ORDERBY, STARTPOSITION, MAXRESULTS; the last two are accepted either way round.
  for (const seen = new Set<string>(); at < tokens.length;) {
    if (isWord('ORDERBY') || isWord('ORDER')) readOrder(seen)
    else if (isWord('STARTPOSITION')) query.startPosition = readCount('STARTPOSITION', seen)
    else if (isWord('MAXRESULTS')) query.maxResults = readCount('MAXRESULTS', seen)
    else fail('"AND", "ORDERBY", "STARTPOSITION", "MAXRESULTS"')
  }
  if (query.maxResults > 1000 && pageAbove1000 !== 'any') {
    if (pageAbove1000 === 'refuse') throw faults.query(`value ${query.maxResults} is too large. Max allowed value is 1000`)
    query.maxResults = 1000
  }
  return query

  function readSelection(): { count: boolean; projection: string[] | undefined } {
    if (takeSign('*')) return { count: false, projection: undefined }
    if (takeWord('COUNT')) {
      if (!takeSign('(') || !takeSign('*') || !takeSign(')')) fail('"(*)"')
      return { count: true, projection: undefined }
    }
    const names: string[] = []
    do names.push(name('a property'))
    while (takeSign(','))
    return { count: false, projection: names }
  }

  function readCondition(): Condition {
    const property = name('a property')
    if (takeWord('IN')) {
      if (!takeSign('(')) fail('"("')
      const values: (string | null)[] = []
      do values.push(readValue())
      while (takeSign(','))
      if (!takeSign(')')) fail('")"')
      return { property, operator: 'IN', values }
    }
    if (takeWord('LIKE')) return { property, operator: 'LIKE', values: [readValue()] }
    for (const sign of ['<=', '>=', '=', '<', '>'] as const) if (takeSign(sign)) return { property, operator: sign, values: [readValue()] }
    return fail('"=", "IN", "<", ">", "<=", ">=", "LIKE"')
  }

  function readValue(): string | null {
    const token = peek()
    if (token?.kind === 'text') {
      at++
      return token.text === ' ' ? null : token.text
    }
    if (token?.kind === 'word' && ['TRUE', 'FALSE', 'CURRENT_DATE'].includes(token.text.toUpperCase())) {
      at++
      return token.text.toUpperCase() === 'CURRENT_DATE' ? 'CURRENT_DATE' : token.text.toLowerCase()
    }
    return fail('a value in quotes')
  }

  function readOrder(seen: Set<string>): void {
    if (seen.has('ORDERBY')) fail('<EOF>')
    seen.add('ORDERBY')
    if (takeWord('ORDER') && !takeWord('BY')) fail('"BY"')
    else takeWord('ORDERBY')
    do {
      const property = name('a property')
      const descending = takeWord('DESC')
      if (!descending) takeWord('ASC')
      query.order.push({ property, descending })
    } while (takeSign(','))
  }

  function readCount(clause: string, seen: Set<string>): number {
    if (seen.has(clause)) fail('<EOF>')
    seen.add(clause)
    at++
    const text = tokens[at]?.text ?? ''
    if (!/^-?\d+$/.test(text)) fail('a number')
    at++
    const value = Number(text)
    const least = clause === 'STARTPOSITION' ? 1 : 0
    if (value < least) throw faults.query(`value ${value} is too small. Min allowed value is ${least}`)
    return value
  }
}

function tokenize(statement: string, escapes: boolean): Token[] {
  const tokens: Token[] = []
  const text = statement.trim().replace(/;$/, '')
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (match === null) throw faults.queryParse(`Lexical error at position ${from + 1}: "${text.slice(from).trimStart().slice(0, 20)}"`)
    const [, quoted, word, number, sign] = match
    if (quoted !== undefined) tokens.push({ kind: 'text', text: escapes ? quoted.replaceAll(/\\(.)/gs, '$1') : quoted })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else tokens.push({ kind: 'sign', text: number ?? sign! })
    if (/^\s*$/.test(text.slice(TOKEN.lastIndex))) break
  }
  return tokens
}
