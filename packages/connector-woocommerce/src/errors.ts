import { SyncError, type ErrorCode, type HttpAnswer, type SyncErrorOptions, type Verdict } from '@syncline/core'

/** The error shape of the API. Decide on `code` only: messages are translated and may hold HTML (woocommerce.md 3). */
interface WooError {
  code: string
  message: string
  /** The status, or for refunds a bare integer. */
  data: unknown
}

const duplicates = new Set([
  'product_invalid_sku',
  'woocommerce_rest_product_not_created',
  'product_invalid_global_unique_id',
  'term_exists',
  'woocommerce_rest_coupon_code_already_exists',
  'registration-error-email-exists',
  'registration-error-username-exists',
  'existing_user_login',
  'woocommerce_rest_customer_invalid_email',
])

const missingReferences = new Set([
  'woocommerce_rest_invalid_customer_id',
  'woocommerce_rest_required_product_reference',
  'woocommerce_rest_invalid_item_id',
  'woocommerce_rest_invalid_coupon',
  'order_invalid_parent_id',
  'missing_parent',
])

/** 403 about the record, not about the key: one customer who is an administrator must not stop the connection. */
const ofOneRecord = new Set(['woocommerce_rest_cannot_edit', 'woocommerce_rest_shipping_zone_invalid_zone'])

/** What to do where the code says it: the message is in the shop's language. */
const hints: { readonly [code: string]: string } = {
  rest_invalid_json: 'Report this with the time; only this record is set aside.',
  rest_missing_callback_param: 'A field that the shop requires is empty. Fill it in at the source or in the mapping, then retry.',
  woocommerce_product_image_upload_error:
    'The address of an image cannot be fetched by the shop. Correct it, or leave the images out, then retry.',
  empty_term_name: 'Give the category, tag or attribute a name, then retry.',
  woocommerce_rest_empty_coupon_code: 'Give the coupon a code, then retry.',
  'registration-error-invalid-username': 'Choose another user name, then retry.',
  'registration-error-invalid-email': 'Correct the e-mail address, then retry.',
  customer_invalid_email: 'Correct the e-mail address, then retry.',
  woocommerce_rest_invalid_shipping_item: 'Choose a shipping method for the shipping line in the mapping, then retry.',
  woocommerce_rest_invalid_fee_item: 'Give the fee a name, then retry.',
  woocommerce_rest_already_trashed: 'It lies in the trash of the shop already. Restore it there, or set this record aside.',
  woocommerce_rest_cannot_edit:
    'The shop lets nobody change the e-mail address or password of its staff by a key. Change it there by hand; if other records are refused too, make a key for an administrator.',
  woocommerce_rest_cannot_delete: 'The shop needs this record, such as its default category. Set this record aside.',
}

/** Codes that speak of the record; a missing route or a hidden page is something else. */
const notFound = /(^|_)(invalid_id|invalid_order_id|invalid_order_refund_id|setting_invalid|setting_group_invalid)$/

/** Refusals with a server status that certainly did nothing, besides refunds: theirs carry a bare integer as data. */
const refusedWith5xx = new Set(['woocommerce_rest_cannot_delete', 'woocommerce_rest_trash_not_supported', 'rest_trash_not_supported'])

/** What an answer to a write means. Sheet sections 3, 8 and 21 of woocommerce.md, row by row. */
export function classify(answer: HttpAnswer): Verdict {
  const error = errorIn(answer)
  if (answer.status >= 200 && answer.status < 300) {
    if (!isJson(answer)) return { outcome: 'indeterminate', error: unreadable(answer, 'a write') }
    return { outcome: 'ok' }
  }
  if (error === undefined) return { outcome: 'indeterminate', error: gatewayError(answer) }
  if (answer.status === 429) return { outcome: 'indeterminate', error: gatewayError(answer) }
  // WordPress refuses every request in maintenance mode before any plugin runs.
  if (answer.status === 503 && error.code === 'wp_die') return { outcome: 'throttled', error: maintenance(answer) }
  if (answer.status >= 500 && typeof error.data !== 'number' && !refusedWith5xx.has(error.code)) {
    return { outcome: 'indeterminate', error: serverFailed(answer, error) }
  }
  return { outcome: 'rejected', error: refusal(answer, error) }
}

/** The error behind an answer to a read that is not a success. */
export function failedRead(answer: HttpAnswer, path: string): SyncError {
  const error = errorIn(answer)
  if (error === undefined) return answer.status < 400 ? unreadable(answer, path) : gatewayError(answer)
  if (answer.status === 429) return gatewayError(answer)
  if (answer.status === 503 && error.code === 'wp_die') return maintenance(answer)
  if (answer.status >= 500 && typeof error.data !== 'number') return serverFailed(answer, error)
  const refused = refusal(answer, error)
  if (refused.code !== 'record_rejected') return refused
  const fields = Object.keys(params(error))
  return failure(
    'record_rejected',
    error,
    `The shop refused what it was asked for: ${path}${fields.length === 0 ? '' : ` (${fields.join(', ')})`}.`,
    {
      hint: 'Connect the shop again, so that its settings are read afresh.',
      details: { fields },
    },
  )
}

/** An answer that is not what the API sends: a page of HTML, a notice in front of the JSON, half a body. Never read as "empty" (RELIABILITY.md I10). */
export function unreadable(answer: HttpAnswer, path: string, cause?: unknown): SyncError {
  return new SyncError('answer_unreadable', `The shop answered ${path} with something that is not the JSON of its REST API.`, {
    hint: 'Usually a page of a firewall, a cache or a PHP notice. Open the address in a browser, and switch off the display of PHP errors in the shop.',
    details: { status: answer.status, contentType: answer.headers['content-type'] ?? '' },
    ...(cause instanceof SyntaxError && { cause: new SyntaxError('The body is not JSON.') }),
  })
}

function refusal(answer: HttpAnswer, error: WooError): SyncError {
  const { status } = answer
  if (status === 401) return signInError(error)
  if (status === 403 && !ofOneRecord.has(error.code)) {
    return failure('permission_denied', error, 'The user whom the key belongs to may not do this in the shop.', {
      hint: 'Make a key for an administrator or shop manager.',
    })
  }
  if (error.code === 'rest_no_route') {
    return failure('endpoint_missing', error, 'The shop does not have this part of the REST API.', {
      hint: 'Check that WooCommerce is active and not older than 9.0.',
    })
  }
  if (status === 404 || notFound.test(error.code)) {
    return failure('record_not_found', error, 'The shop has no record with this id any more.', {
      hint: 'It was deleted for good, or belongs to another record.',
    })
  }
  if (duplicates.has(error.code)) {
    const holder = dataOf(error)['resource_id']
    return failure(
      'duplicate_record',
      error,
      `The shop already has a record like this${holder === undefined ? '' : `, with id ${String(holder)}`}.`,
      {
        hint: 'SKU, e-mail address and coupon code are unique in a shop; the trash counts too.',
        details: { ...(holder !== undefined && { resourceId: String(holder) }) },
      },
    )
  }
  if (missingReferences.has(error.code))
    return failure('reference_missing', error, 'The record names something that the shop does not have or does not accept.', {
      hint: 'Look whether the customer, product, coupon or parent still exists in the shop, then retry.',
      details: left(error),
    })
  if (error.code === 'woocommerce_rest_cannot_create_order_refund' || error.code === 'woocommerce_rest_invalid_order_refund') {
    return failure(
      'amount_invalid',
      error,
      'The shop refused the refund: its amount is not a positive number or more than what is left to refund.',
      {
        hint: 'Look at the refunds that the order already has.',
      },
    )
  }
  if (error.code === 'coupon_invalid_amount')
    return failure('amount_invalid', error, 'The shop refused the amount.', {
      hint: 'A coupon is worth more than 0, and at most 100 if it is a percentage.',
    })
  const fields = Object.keys(params(error))
  return failure('record_rejected', error, `The shop refused the record${fields.length === 0 ? '' : ` because of ${fields.join(', ')}`}.`, {
    hint: hints[error.code] ?? 'Correct what the shop names in the record or in the mapping, then retry.',
    details: { ...left(error), fields },
  })
}

/**
 * An unknown key looks like a lack of permission, a known one with a wrong secret and a read-only one share a code; only the English text
 * tells those apart, so another language says "refused" where it might say "read-only" (woocommerce.md 2). `check` knows for certain.
 */
function signInError(error: WooError): SyncError {
  if (error.code === 'woocommerce_rest_authentication_error' && /write permissions/i.test(error.message)) return readOnlyKey(error.code)
  return new SyncError('credentials_rejected', 'The shop does not accept the consumer key and secret.', {
    remoteCode: error.code,
    hint: 'Copy both again from WooCommerce → Settings → Advanced → REST API. If they are right, the server may drop the Authorization header: try auth "query", or "oauth1" behind a proxy that ends TLS.',
  })
}

export function readOnlyKey(remoteCode?: string): SyncError {
  return new SyncError('credentials_read_only', 'The key may read the shop but not write to it.', {
    ...(remoteCode !== undefined && { remoteCode }),
    hint: 'In WooCommerce → Settings → Advanced → REST API set the key\'s permissions to "Read/Write".',
  })
}

function maintenance(answer: HttpAnswer): SyncError {
  return new SyncError('remote_unavailable', 'The shop is in maintenance mode, as it is while plugins are updated.', {
    class: 'throttle',
    hint: 'It goes on by itself.',
    ...retryAfter(answer),
  })
}

/** 429 and 5xx without JSON come from in front of PHP, or from PHP being cut off: for a write the two look alike (woocommerce.md 21). */
function gatewayError(answer: HttpAnswer): SyncError {
  if (answer.status === 429) {
    return new SyncError('rate_limited', "The shop's server asks for fewer requests.", {
      hint: 'It goes on by itself. If this repeats, ask the hosting company for its limit and lower `concurrency`.',
      ...retryAfter(answer),
    })
  }
  if (answer.status === 404) {
    return new SyncError('address_wrong', 'There is no WooCommerce REST API at this address.', {
      hint: 'Check the shop\'s address, and that permalinks are not set to "Plain".',
    })
  }
  if (answer.status < 500) {
    return new SyncError('answer_unreadable', `Something in front of the shop answered with status ${answer.status} instead of the shop.`, {
      hint: 'Often a firewall or security plugin: allow this program there.',
      details: { status: answer.status },
    })
  }
  return new SyncError('remote_unavailable', `The shop's server did not get an answer ready (status ${answer.status}).`, {
    hint: 'It goes on by itself. If this repeats, the server needs more time or memory for PHP.',
    details: { status: answer.status },
    ...retryAfter(answer),
  })
}

function serverFailed(answer: HttpAnswer, error: WooError): SyncError {
  return new SyncError('remote_unavailable', 'The shop failed while it worked on the request.', {
    remoteCode: error.code,
    hint: 'See WooCommerce → Status → Logs of the shop at this minute.',
    details: { status: answer.status },
  })
}

function failure(code: ErrorCode, error: WooError, message: string, options: SyncErrorOptions = {}): SyncError {
  return new SyncError(code, message, { remoteCode: error.code, ...options })
}

function errorIn(answer: HttpAnswer): WooError | undefined {
  try {
    const json = JSON.parse(answer.body) as Partial<WooError> | null
    if (typeof json !== 'object' || json === null || typeof json.code !== 'string') return undefined
    return { code: json.code, message: typeof json.message === 'string' ? json.message : '', data: json.data }
  } catch {
    return undefined
  }
}

function isJson(answer: HttpAnswer): boolean {
  try {
    const json: unknown = JSON.parse(answer.body)
    return typeof json === 'object' && json !== null
  } catch {
    return false
  }
}

function dataOf(error: WooError): Record<string, unknown> {
  return typeof error.data === 'object' && error.data !== null ? (error.data as Record<string, unknown>) : {}
}

function params(error: WooError): Record<string, unknown> {
  const found = dataOf(error)['params']
  if (Array.isArray(found)) return Object.fromEntries(found.map((name) => [String(name), true]))
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {}
}

/** A create that fails late leaves an order in status checkout-draft behind (woocommerce.md 6.2). */
function left(error: WooError): Record<string, unknown> {
  const draft = dataOf(error)['new_draft_order_id']
  return draft === undefined ? {} : { draftOrderId: String(draft) }
}

/** Seconds or a date; a date counts from the answer's own. */
function retryAfter(answer: HttpAnswer): { retryAfterMs?: number } {
  const text = answer.headers['retry-after']
  if (text === undefined) return {}
  if (/^\d+$/.test(text)) return { retryAfterMs: Number(text) * 1000 }
  const wait = Date.parse(text) - Date.parse(answer.headers['date'] ?? '')
  return Number.isNaN(wait) ? {} : { retryAfterMs: Math.max(0, wait) }
}

/** True for an answer of WooCommerce itself that there is no record with this id (woocommerce.md 16). */
export function saysGone(answer: HttpAnswer): boolean {
  if (answer.status !== 404) return false
  try {
    const { code } = JSON.parse(answer.body) as { code?: unknown }
    return typeof code === 'string' && notFound.test(code)
  } catch {
    return false
  }
}
