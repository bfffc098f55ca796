import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { quickbooks } from '@syncline/connector-quickbooks'
import { supabase } from '@syncline/connector-supabase'
import { woocommerce } from '@syncline/connector-woocommerce'
import { errorClasses, SyncError, type ErrorClass, type HttpAnswer, type Verdict } from '@syncline/core'
import { describe, expect, it } from 'vitest'

// Every code that the platform sheets know is given to its connector: each must come out with a class, plain words and a next step.

const sheets = fileURLToPath(new URL('../../shared/platforms/', import.meta.url))

interface Row {
  codes: string[]
  status: number
  text: string
}

/** The rows of the first table of a section. */
function tableOf(file: string, section: RegExp): string[][] {
  const text = readFileSync(`${sheets}${file}`, 'utf8')
  const start = text.search(section)
  const end = text.indexOf('\n## ', start + 1)
  const lines = text
    .slice(start, end < 0 ? undefined : end)
    .split('\n')
    .filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

/** `1000–1020` names all codes in steps of ten that the platform uses; a range of statuses all of them. */
function expanded(code: string): string[] {
  const range = /^(\d+)–(\d+)$/.exec(code)
  if (range === null) return [code]
  const [from, to] = [Number(range[1]), Number(range[2])]
  const step = from >= 520 && to < 600 ? 1 : 10
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => String(from + index * step))
}

const statusOf = (cell: string, fallback: number) => Number(/\d{3}/.exec(cell)?.[0] ?? fallback)

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

function explained(verdict: Verdict, name: string, classes: readonly ErrorClass[]): void {
  expect(verdict.outcome, name).not.toBe('ok')
  const { error } = verdict as Exclude<Verdict, { outcome: 'ok' }>
  expect(SyncError.is(error), name).toBe(true)
  expect(Object.keys(errorClasses), name).toContain(error.code)
  expect(error.message, name).toMatch(/^[A-Z].{15,}/s)
  expect(error.hint, `${name}: a next step`).toMatch(/.{10,}/)
  expect(classes, `${name}: ${error.code} is ${error.class}`).toContain(error.class)
}

/** What the sheet's action means for the class (RELIABILITY.md section 7). */
const quickbooksClasses: [action: RegExp, classes: ErrorClass[]][] = [
  [/retry hourly|retry later|^retry$|^retry, park|retry ≥ 60 s|retry with the same/, ['retryable', 'throttle']],
  [/park connection|stop, park connection/, ['permanent', 'auth']],
  [/reauth|refresh once/, ['auth']],
  [/read the result/, ['retryable']],
  [/^refetch$/, ['conflict']],
  [/^refetch, else park/, ['conflict', 'validation']],
  [/transient/, ['validation', 'retryable']],
  [/skip or park/, ['validation', 'conflict']],
  [/smaller page/, ['permanent', 'retryable']],
  [/.*/, ['validation']],
]

function quickbooksRows(): (Row & { classes: ErrorClass[] })[] {
  return tableOf('quickbooks.md', /^## 14\. /m).map(([code = '', http = '', message = '', detail = '', action = '']) => ({
    codes: code.split(',').flatMap((part) => expanded(part.trim())),
    status: http.startsWith('4xx') ? 400 : statusOf(http, 500),
    text: `${message} ${detail}`,
    classes: quickbooksClasses.find(([pattern]) => pattern.test(action))![1],
  }))
}

const woocommerceRows = (): Row[] =>
  tableOf('woocommerce.md', /^## 3\. /m).map(([http = '', code = '', when = '']) => {
    const codes = [...code.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
    // `-username-exists` goes on with the beginning of the code before it, as does `_invalid_order_refund_id`.
    const whole = codes.map((name) =>
      name.startsWith('-') ? `registration-error${name}` : name.startsWith('_') ? `woocommerce_rest${name}` : name,
    )
    return { codes: whole.length > 0 ? whole : ['woocommerce_rest_shop_order_invalid_id'], status: statusOf(http, 400), text: when }
  })

const woocommerceClass = (code: string, status: number): ErrorClass[] => {
  if (code === 'wp_die') return status === 503 ? ['throttle'] : ['retryable']
  if (code === 'internal_server_error') return ['retryable']
  return code === 'rest_no_route' ? ['permanent'] : ['validation']
}

function supabaseRows(): Row[] {
  return tableOf('supabase.md', /^## 8\. /m).flatMap(([code = '', http = '']) => {
    const codes = code.split(/, | \/ /).flatMap((part) => expanded(part.trim().split(' ')[0]!.replaceAll('"', '')))
    return codes
      .filter((name) => !['status', 'code', 'JWT', 'max'].includes(name))
      .map((name) => ({ codes: [name], status: /^\d{3}$/.test(name) ? Number(name) : statusOf(http, 500), text: code }))
  })
}

const supabaseClasses: [codes: RegExp, classes: ErrorClass[]][] = [
  [/^(57014|55P03|40P01|40001|PGRST00[0-3]|53300|08P01|EMAX|52\d|544)/, ['retryable', 'throttle']],
  [/^429$/, ['throttle']],
  [/^(42501|PGRST30[13]|22023)$/, ['auth', 'permanent']],
  [/^(42P10|42703|PGRST204|42P01|PGRST205|PGRST202|42883|428C9|PGRST106|402|540)$/, ['permanent']],
  [/^(PGRST200|PGRST100|PGRST102|21000)$/, ['bug', 'permanent']],
  [/.*/, ['validation', 'conflict']],
]

if (!existsSync(sheets)) {
  it('the platform sheets are not here', () =>
    console.warn('\n!!! The platform sheets are missing: the codes of 3 platforms were not looked at !!!\n'))
} else {
  describe('every code of the sheets has a class, plain words and a next step', () => {
    const rows = quickbooksRows()
    it('QuickBooks: the table is read whole', () => expect(new Set(rows.flatMap(({ codes }) => codes)).size).toBeGreaterThan(85))
    it.each(rows.flatMap(({ codes, ...row }) => codes.map((code) => ({ code, ...row }))))(
      'QuickBooks $code ($status)',
      ({ code, status, text, classes }) => {
        const fault = { Fault: { Error: [{ Message: text, Detail: text, code }], type: 'ValidationFault' } }
        const body = code === '–' ? '' : fault
        explained(quickbooks.classify(answer(status, body)), `QuickBooks ${code}`, classes)
      },
    )

    const shop = woocommerceRows()
    it('WooCommerce: the table is read whole', () => expect(new Set(shop.flatMap(({ codes }) => codes)).size).toBeGreaterThan(50))
    it.each(shop.flatMap(({ codes, ...row }) => codes.map((code) => ({ code, ...row }))))(
      'WooCommerce $code ($status)',
      ({ code, status, text }) => {
        const isRefund = status === 500 && /refund|invalid_order_id/.test(code)
        const data = isRefund ? Number(/`data: (\d+)`/.exec(text)?.[1] ?? 500) : { status, params: {} }
        explained(
          woocommerce.classify(answer(status, { code, message: 'Nachricht', data })),
          `WooCommerce ${code}`,
          woocommerceClass(code, status),
        )
      },
    )

    const database = supabaseRows()
    it('Supabase: the table is read whole', () => expect(new Set(database.flatMap(({ codes }) => codes)).size).toBeGreaterThan(45))
    it.each(database.flatMap(({ codes, ...row }) => codes.map((code) => ({ code, ...row }))))(
      'Supabase $code ($status)',
      ({ code, status }) => {
        const body = /^\d{3}$/.test(code) ? '<html>gateway</html>' : { code, message: 'refused', details: null, hint: null }
        explained(supabase.classify(answer(status, body)), `Supabase ${code}`, supabaseClasses.find(([pattern]) => pattern.test(code))![1])
      },
    )
  })
}
