import { SyncError, type HttpAnswer, type Verdict } from '@syncline/core'
import { expired, meanings, statusMeanings, type Meaning } from './code-table.ts'

interface Problem {
  code?: string
  message?: string
  hint?: string
  column?: string
  constraint?: string
}

/** What became of one row, as the write functions report it. */
export interface RowResult extends Problem {
  /** Absent for a refused row: its own keys may be what could not be read. */
  source?: string
  external_id?: string
  outcome: 'written' | 'unchanged' | 'stale' | 'ignored' | 'refused'
  id?: string
  version?: number
  content_hash?: string | null
  source_updated_at?: string | null
  amount?: string | null
}

/** What an answer to a write means. Branches on code sets, then on status, never on messages: hosted projects run newer PostgREST (supabase.md 18). */
export function classify(answer: HttpAnswer): Verdict {
  if (answer.status >= 200 && answer.status < 300) return classifySuccess(answer)
  const { error, outcome } = explain(answer)
  return { outcome, error }
}

/** The error of a refused or failed read. */
export function readError(answer: HttpAnswer): SyncError {
  return explain(answer).error
}

/** True when an answer is what PostgREST gives: JSON, or nothing at all where nothing was asked for. HTML with 200 is a proxy talking. */
export function isReadable(answer: HttpAnswer): boolean {
  if (answer.body === '') return answer.status === 201 || answer.status === 204
  return /^application\/(vnd\.pgrst\.[a-z+]+|json)/.test(answer.headers['content-type'] ?? '')
}

function classifySuccess(answer: HttpAnswer): Verdict {
  const body = isReadable(answer) ? parse(answer.body) : undefined
  if (!Array.isArray(body)) {
    return {
      outcome: 'indeterminate',
      error: new SyncError(
        'answer_unreadable',
        `Supabase answered ${answer.status} with something that is not a result: a proxy or a wrong address may stand in between.`,
        {
          hint: 'Check the address of the project in the connection.',
        },
      ),
    }
  }
  // A batch as a whole went through; what became of each row is told when it is split.
  if (body.length > 1) return { outcome: 'ok' }
  const [result] = body as RowResult[]
  if (result !== undefined) return classifyRow(result)
  return {
    outcome: 'rejected',
    error: new SyncError('record_not_found', 'The row is not in Supabase any more, or belongs to another tenant.', {
      hint: 'Read the record again.',
    }),
  }
}

function classifyRow(result: RowResult): Verdict {
  switch (result.outcome) {
    case 'refused': {
      const { error, outcome } = explainProblem(result, 400)
      return { outcome, error }
    }
    case 'stale':
      return {
        outcome: 'rejected',
        error: new SyncError('version_conflict', 'Supabase holds a newer version of this record, so this one was not written.', {
          hint: "Usually the next run settles it. If it stays, the source's clock is behind, or something else writes these rows.",
          record: result.external_id,
        }),
      }
    case 'ignored':
      return {
        outcome: 'rejected',
        error: new SyncError(
          'record_rejected',
          'The database accepted this row but did not store it: a trigger or row policy of its own drops it.',
          {
            hint: 'Look at the triggers and policies of the table.',
            record: result.external_id,
          },
        ),
      }
    default:
      return { outcome: 'ok' }
  }
}

function explain(answer: HttpAnswer): { error: SyncError; outcome: Exclude<Verdict['outcome'], 'ok'> } {
  const { status } = answer
  const problem = problemOf(answer)
  if (status === 404 && problem?.code === undefined && !isPostgrestNotFound(answer)) return wrongAddress(answer)
  if (status >= 300 && status < 400) return wrongAddress(answer)
  return explainProblem(problem ?? {}, status, answer.headers)
}

function explainProblem(problem: Problem, status: number, headers: Record<string, string> = {}) {
  const meaning = meaningOf(problem, status)
  const where = problem.constraint !== undefined && problem.constraint !== null ? ` (constraint ${problem.constraint})` : named(problem)
  return {
    outcome: meaning.outcome,
    error: new SyncError(meaning.code, `Supabase: ${meaning.says}${where}.`, {
      ...(meaning.class && { class: meaning.class }),
      hint: problem.hint && problem.code === '42501' ? `${meaning.hint} The database suggests: ${problem.hint}` : meaning.hint,
      ...(problem.code !== undefined && { remoteCode: problem.code }),
      ...(meaning.outcome !== 'rejected' && retryAfter(headers)),
      ...('external_id' in problem && typeof problem.external_id === 'string' && { record: problem.external_id }),
      details: { status },
    }),
  }
}

function meaningOf({ code, message }: Problem, status: number): Meaning {
  if (code !== undefined) {
    const known = meanings[code]
    if (known?.code === 'credentials_rejected' && message?.includes('expired')) return expired
    if (known !== undefined) return known
    if (code.startsWith('PT')) return meanings['P0001']!
    if (code.startsWith('22')) return meanings['22P02']!
    if (code.startsWith('23')) return meanings['23514']!
    if (code.startsWith('53')) return meanings['53300']!
  }
  const byStatus = statusMeanings[status]
  if (byStatus !== undefined) return byStatus
  if (status === 404) return meanings['PGRST205']!
  if (status >= 400 && status < 500)
    return {
      code: 'record_rejected',
      outcome: 'rejected',
      says: `the request was refused with status ${status}`,
      hint: "Look up the code in the log of the project's API.",
    }
  return {
    code: 'remote_unavailable',
    outcome: 'indeterminate',
    says: `the project answered ${status}, so nobody knows yet whether the write was done`,
    hint: 'It is looked up and repeated by itself.',
  }
}

/** Names of columns and constraints only: `details` and quoted values hold the row's data and are never shown (supabase.md 8). */
function named({ column, message, code }: Problem): string {
  if (column !== undefined && column !== null) return ` (column ${column})`
  if (message === undefined || code === undefined || !/^(23|42|PGRST20)/.test(code)) return ''
  const found = /column "?'?([\w.]+)|relation "?'?([\w.]+)|table "?'?([\w.]+)|constraint "?'?([\w.]+)|function "?'?([\w.]+)/i.exec(message)
  return found === null ? '' : ` (${found[0].replaceAll(/["']/g, '')})`
}

function problemOf(answer: HttpAnswer): Problem | undefined {
  const body = parse(answer.body)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const { code, message, hint } = body as Record<string, unknown>
  return {
    ...(typeof code === 'string' && code !== '' && { code }),
    ...(typeof message === 'string' && { message }),
    ...(typeof hint === 'string' && { hint }),
  }
}

/** PostgREST 12 answers a write to an unknown table with 404 and `{}`; everything else without a code comes from another server. */
const isPostgrestNotFound = (answer: HttpAnswer) => answer.body.trim() === '{}'

function wrongAddress({ status }: HttpAnswer): { error: SyncError; outcome: 'rejected' } {
  return {
    outcome: 'rejected',
    error: new SyncError('address_wrong', `There is no Supabase API at this address (status ${status}).`, {
      hint: "Use the project's own https address without a path, such as https://abcd1234.supabase.co.",
      details: { status },
    }),
  }
}

/** Seconds or a date, clamped to 1 s .. 1 h. A date is measured against the answer's own `Date`, so no clock is needed. */
function retryAfter(headers: Record<string, string>): { retryAfterMs?: number } {
  const value = headers['retry-after']
  if (value === undefined) return {}
  const seconds = Number(value)
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.parse(headers['date'] ?? '')
  return Number.isFinite(milliseconds) ? { retryAfterMs: Math.min(Math.max(milliseconds, 1_000), 3_600_000) } : {}
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
