/**
 * A scripted fault. The first rule that matches a request and still has `times` left is applied to it.
 * `drop-before`: the connection breaks, nothing happened. `drop-after`: the work is done, the answer is lost.
 * `answer-before` / `answer-after`: the caller gets `status` and `body`, without or with the effect behind it.
 */
export interface FaultRule {
  /** Upper-case method, or any when left out. */
  method?: string
  /** Substring, or a regular expression source between slashes, of the path with query. */
  url?: string
  /** How many matching requests pass before the rule applies. Default 0. */
  skip?: number
  /** How many requests it is applied to. Default 1. */
  times?: number
  kind: 'drop-before' | 'drop-after' | 'answer-before' | 'answer-after' | 'delay' | 'truncate' | 'prefix' | 'double'
  status?: number
  headers?: Record<string, string>
  body?: string
  /** For `delay`: real milliseconds. */
  milliseconds?: number
}

export interface Faults {
  script(rules: FaultRule[]): void
  clear(): void
  /** The rule for this request, used up by one; undefined when none applies. */
  take(method: string, url: string): FaultRule | undefined
}

export function faultScript(): Faults {
  let rules: { rule: FaultRule; skip: number; times: number }[] = []
  return {
    script(added) {
      rules.push(...added.map((rule) => ({ rule, skip: rule.skip ?? 0, times: rule.times ?? 1 })))
    },
    clear() {
      rules = []
    },
    take(method, url) {
      for (const entry of rules) {
        if (entry.times <= 0 || !matches(entry.rule, method, url)) continue
        if (entry.skip > 0) {
          entry.skip--
          continue
        }
        entry.times--
        return entry.rule
      }
      return undefined
    },
  }
}

function matches(rule: FaultRule, method: string, url: string): boolean {
  if (rule.method !== undefined && rule.method !== method) return false
  if (rule.url === undefined) return true
  const pattern = /^\/(.*)\/$/s.exec(rule.url)
  return pattern ? new RegExp(pattern[1]!).test(url) : url.includes(rule.url)
}
