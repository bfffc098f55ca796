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
