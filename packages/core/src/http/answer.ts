import type { HttpAnswer } from '../contracts/http.ts'

/** The answer has more bytes than the cap, after decompression. */
export class AnswerTooLarge extends Error {}

const small = 64 * 1024

/**
 * Reads an answer whole, as UTF-8 text. Stops with AnswerTooLarge as soon as more than `maxBytes` decoded bytes have come; `progress` is
 * called for every piece that arrives. Cookies are not kept.
 */
export async function readAnswer(
  response: Response,
  { maxBytes, progress }: { maxBytes: number; progress: () => void },
): Promise<HttpAnswer> {
  const headers: Record<string, string> = {}
  for (const [name, value] of response.headers) if (name !== 'set-cookie') headers[name] = value
  return { status: response.status, headers, body: await readBody(response, headers, maxBytes, progress) }
}

async function readBody(response: Response, headers: Record<string, string>, maxBytes: number, progress: () => void): Promise<string> {
  if (response.body === null) return ''
  const length = headers['content-encoding'] === undefined ? Number(headers['content-length'] ?? NaN) : NaN
  if (length <= Math.min(small, maxBytes)) return response.text()
  if (length > maxBytes) {
    await response.body.cancel()
    throw new AnswerTooLarge()
  }
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.byteLength
    if (bytes > maxBytes) throw new AnswerTooLarge()
    progress()
    text += decoder.decode(piece, { stream: true })
  }
  return text + decoder.decode()
}
