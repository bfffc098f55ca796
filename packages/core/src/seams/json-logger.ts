import { maskFields, maskText } from '../redaction/mask.ts'
import type { Logger } from './seams.ts'

const levels = ['debug', 'info', 'warn', 'error'] as const
type Level = (typeof levels)[number]

/** Says nothing: the default. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export interface JsonLoggerOptions {
  /** Lines below this level are dropped. Default `info`. */
  level?: Level
  /** Time of each line, epoch milliseconds; without it lines carry no time. */
  now?: () => number
}

/**
 * One line of JSON per message, handed to `write` with its line break. E-mail addresses, phone numbers, cards and tokens are masked by
 * value and by field name; line breaks and control characters are escaped by JSON itself, so no message can forge another line.
 */
export function jsonLogger(write: (line: string) => void, { level = 'info', now }: JsonLoggerOptions = {}): Logger {
  const lowest = levels.indexOf(level)
  const line = (at: Level) => (message: string, fields?: Record<string, unknown>) => {
    const entry = {
      ...(now && { time: new Date(now()).toISOString() }),
      level: at,
      message: maskText(message),
      ...(fields && (maskFields(fields) as object)),
    }
    write(`${JSON.stringify(entry)}\n`)
  }
  return Object.fromEntries(levels.map((name, index) => [name, index < lowest ? () => {} : line(name)])) as unknown as Logger
}
