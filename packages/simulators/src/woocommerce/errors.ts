import type { Store } from './store.ts'

/** An error the API answers: `{code, message, data}`. */
export class WcError extends Error {
  readonly code: string
  readonly status: number
  readonly data: unknown

  /**
   * @param data merged into `{status}`; a bare number replaces the object, as refunds do (woocommerce.md 3)
   */
  constructor(code: string, message: string, status: number, data?: Record<string, unknown> | number) {
    super(message)
    this.code = code
    this.status = status
    this.data = typeof data === 'number' ? data : { status, ...data }
  }

  body(): Record<string, unknown> {
    return { code: this.code, message: this.message, data: this.data }
  }
}

/** How an error reaches the caller: HTML and entities in its message included (woocommerce.md 3). */
export function errorReply(store: Store, error: WcError): { status: number; body: Record<string, unknown> } {
  const body = error.body()
  if (!store.on(20)) body['code'] = 'rest_error'
  if (!store.on(24)) body['message'] = error.message.replace(/<[^>]*>|&\w+;/g, '')
  if (typeof error.data !== 'number' || store.on(21)) return { status: error.status, body }
  return { status: error.data, body: { ...body, data: { status: error.data } } }
}

/** Writing to an unknown id is a bad request, reading or deleting it a missing record (woocommerce.md 3). */
export function unknownOnUpdate(store: Store): 400 | 404 {
  return store.on(22) ? 400 : 404
}

/** A PHP fatal: HTTP 500 with HTML in the message and a stack trace with server paths (woocommerce.md 3). */
export class FatalError extends Error {
  readonly line: number
  readonly file: string

  constructor(message: string, file: string, line: number) {
    super(message)
    this.file = file
    this.line = line
  }

  body(): Record<string, unknown> {
    return {
      code: 'internal_server_error',
      message:
        '<p>There has been a critical error on this website.</p><p><a href="https://wordpress.org/documentation/article/faq-troubleshooting/">Learn more about troubleshooting WordPress.</a></p>',
      data: { status: 500, error: { type: 1, message: this.message, file: this.file, line: this.line } },
      additional_errors: [],
    }
  }
}
