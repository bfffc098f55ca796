import type { Logger } from '@syncline/core'

export interface LoggedEntry {
  level: keyof Logger
  message: string
  fields: Record<string, unknown>
}

export interface SilentLogger extends Logger {
  /** What would have been printed, oldest first. */
  readonly entries: readonly LoggedEntry[]
}

/** A logger that prints nothing and remembers everything. */
export function silentLogger(): SilentLogger {
  const entries: LoggedEntry[] = []
  const at =
    (level: keyof Logger) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      entries.push({ level, message, fields })
    }
  return { entries, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
