import { seededRandom, type Random } from './random.ts'

/** What can go wrong with a request. */
export const REQUEST_FAULTS = [
  /** The connection breaks, nothing happened. */
  'drop-before',
  /** The work is done, the answer is lost. */
  'drop-after',
  /** The caller gets `status`, `headers` and `body`; nothing happened. Default 503 with an HTML page. */
  'answer-before',
  /** The caller gets `status`, `headers` and `body`; the work is done. */
  'answer-after',
  /** The caller gets `status` at once, default 504; the work is done `afterRequests` requests or `clockMs` of the clock later. */
  'late',
  /** The answer comes `milliseconds` of real time later; the clock moves by `clockMs`. */
  'delay',
  /** The work is done twice, the second answer is given. */
  'double',
  /** Half of the body. */
  'truncate',
  /** Text before the body, as PHP writes its notices. */
  'prefix',
  /** The work is done and the status is right, but the body is an HTML page. */
  'html',
  /** A read is answered from the state that the platform was in when the rule was scripted. */
  'stale',
  /** Rows are missing in the answer to a list: those with `ids`, else each by a chance of one half. */
  'hide',
  /** Before the request the newest `count` records, default 150, change in one second: more ties than fit on a page. */
  'tie-flood',
  /** From the request on the platform's clock is wrong by `clockMs`, also backwards. */
  'clock-offset',
] as const

/** What can go wrong with the webhooks that a platform sends. */
export const WEBHOOK_FAULTS = [
  /** Never sent. */
  'webhook-lost',
  /** Sent twice. */
  'webhook-doubled',
  /** Sent after all others that wait. */
  'webhook-reordered',
  /** Sent before the request that caused it is answered. `url` and `method` are those of the request. */
  'webhook-early',
] as const

export type FaultKind = (typeof REQUEST_FAULTS)[number] | (typeof WEBHOOK_FAULTS)[number]

/** A scripted fault. The first rule that matches a request and still has `times` left is applied to it. */
export interface FaultRule {
  /** Upper-case method, or any when left out. */
  method?: string
  /** Substring, or a regular expression source between slashes, of the path with query; for webhooks of the address they are sent to. */
  url?: string
  /** How many matching requests pass before the rule applies. Default 0. */
  skip?: number
  /** How many requests it is applied to. Default 1. */
  times?: number
  kind: FaultKind
  status?: number
  headers?: Record<string, string>
  body?: string
  /** For `delay`: real milliseconds. */
  milliseconds?: number
  /** For `delay`, `late` and `clock-offset`: milliseconds of the virtual clock. */
  clockMs?: number
  /** For `late`: how many requests pass before the work is done. Default 1, unless `clockMs` is given. */
  afterRequests?: number
  /** For `hide`: ids of the rows. */
  ids?: (string | number)[]
  /** For `tie-flood`: how many records. */
  count?: number
}

/** Faults by chance: the same seed and the same requests meet the same faults. */
export interface FaultSeed {
  seed: number | string
  /** Chance of a fault per request or webhook, 0 to 1. */
  rate: number
  /** Default: all kinds but those that have to be named: `stale`, `tie-flood`, `clock-offset` and `webhook-early`. */
  kinds?: readonly FaultKind[]
  /** Only requests with these methods. Default: all. */
  methods?: readonly string[]
  /** How many faults at most. Default: no end. */
  times?: number
}

/** A rule that applies now; for `stale`, with the state that it answers from. */
export type TakenFault = FaultRule & { frozen?: unknown; random: Random }

export interface Faults {
  script(rules: FaultRule[]): void
  /** Faults by chance from now on, beside the scripted ones. */
  seed(plan: FaultSeed): void
  clear(): void
  /** The rule for this request, used up by one; undefined when none applies. */
  take(method: string, url: string): TakenFault | undefined
  /** The same for a webhook about to be sent to that address. */
  takeWebhook(url: string): TakenFault | undefined
  /** True, and used up by one, when the webhooks of this request are sent before its answer. */
  takeEarly(method: string, url: string): boolean
}

export interface FaultOptions {
  /** Copies the present state, for `stale`. Without it such rules answer from the present. */
  freeze?: () => unknown
  /** False for kinds that this platform cannot be made to show. */
  allows?: (kind: FaultKind) => boolean
  /** What the platform itself says with a status that chance picked. Default an HTML page of something in front of it. */
  answer?: (status: number, random: Random) => Partial<FaultRule>
}

interface Entry {
  rule: FaultRule
  skip: number
  times: number
  frozen?: unknown
}

export function faultScript({ freeze, allows = () => true, answer = () => ({}) }: FaultOptions = {}): Faults {
  let entries: Entry[] = []
  let chance: { plan: FaultSeed; random: Random; left: number; frozen?: unknown } | undefined
  const calm = seededRandom('rows')

  const scripted = (kinds: readonly string[], method: string | undefined, url: string): TakenFault | undefined => {
    for (const entry of entries) {
      if (entry.times <= 0 || !kinds.includes(entry.rule.kind) || !matches(entry.rule, method, url)) continue
      if (entry.skip > 0) {
        entry.skip--
        continue
      }
      entry.times--
      return { ...entry.rule, frozen: entry.frozen, random: calm }
    }
    return undefined
  }

  const byChance = (kinds: readonly FaultKind[], method: string | undefined): TakenFault | undefined => {
    if (chance === undefined || chance.left <= 0) return undefined
    const { plan, random } = chance
    const possible = (plan.kinds ?? kinds.filter((kind) => !TO_BE_NAMED.includes(kind))).filter(
      (kind) => kinds.includes(kind) && allows(kind),
    )
    if (possible.length === 0 || (method !== undefined && plan.methods && !plan.methods.includes(method))) return undefined
    if (!random.chance(plan.rate)) return undefined
    chance.left--
    const kind = random.pick(possible)
    const { frozen } = chance
    // The next stale read shows what the platform held at this one.
    if (kind === 'stale') chance.frozen = freeze?.()
    const details = detailsOf(kind, random)
    const own = details.status === undefined ? {} : answer(details.status, random)
    return { kind, ...details, ...own, headers: { ...own.headers, ...details.headers }, frozen, random }
  }

  return {
    script(added) {
      for (const rule of added.filter(({ kind }) => allows(kind))) {
        const frozen = rule.kind === 'stale' ? freeze?.() : undefined
        entries.push({ rule, skip: rule.skip ?? 0, times: rule.times ?? 1, frozen })
      }
    },
    seed(plan) {
      const frozen = plan.kinds?.includes('stale') ? freeze?.() : undefined
      chance = { plan, random: seededRandom(plan.seed), left: plan.times ?? Number.POSITIVE_INFINITY, frozen }
    },
    clear() {
      entries = []
      chance = undefined
    },
    take: (method, url) =>
      entries.length === 0 && chance === undefined
        ? undefined
        : (scripted(REQUEST_FAULTS, method, url) ?? byChance(REQUEST_FAULTS, method)),
    takeWebhook: (url) => scripted(SENT_WEBHOOK_FAULTS, undefined, url) ?? byChance(SENT_WEBHOOK_FAULTS, undefined),
    takeEarly: (method, url) => (scripted(['webhook-early'], method, url) ?? byChance(['webhook-early'], method)) !== undefined,
  }
}

/** Chance picks these only when a plan names them: they change more than the request they meet, or cost a copy of everything. */
const TO_BE_NAMED: readonly FaultKind[] = ['stale', 'tie-flood', 'clock-offset', 'webhook-early']
const SENT_WEBHOOK_FAULTS = WEBHOOK_FAULTS.filter((kind) => kind !== 'webhook-early')

/** What chance says about a fault beyond its kind. */
function detailsOf(kind: FaultKind, random: Random): Partial<FaultRule> {
  if (kind === 'answer-before') {
    const status = random.pick([429, 502, 503, 504])
    return { status, headers: random.chance(0.5) ? { 'retry-after': String(random.int(1, 30)) } : {} }
  }
  if (kind === 'answer-after') return { status: random.pick([500, 502, 504]) }
  if (kind === 'late') return { afterRequests: random.int(1, 3) }
  if (kind === 'tie-flood') return { count: random.int(2, 250) }
  if (kind === 'clock-offset') return { clockMs: random.int(-120, 120) * 1_000 }
  return kind === 'delay' ? { milliseconds: random.int(1, 20), clockMs: random.int(100, 5_000) } : {}
}

function matches(rule: FaultRule, method: string | undefined, url: string): boolean {
  if (rule.method !== undefined && method !== undefined && rule.method !== method) return false
  if (rule.url === undefined) return true
  const pattern = /^\/(.*)\/$/s.exec(rule.url)
  return pattern ? new RegExp(pattern[1]!).test(url) : url.includes(rule.url)
}

/** The webhooks that wait, as the faults let them out: some lost, some doubled, some behind all others. */
export function disturbWebhooks<T>(waiting: readonly T[], faults: Pick<Faults, 'takeWebhook'>, urlOf: (webhook: T) => string): T[] {
  const sent: T[] = []
  const last: T[] = []
  for (const webhook of waiting) {
    const fault = faults.takeWebhook(urlOf(webhook))?.kind
    if (fault === 'webhook-lost') continue
    if (fault === 'webhook-reordered') last.push(webhook)
    else sent.push(webhook)
    if (fault === 'webhook-doubled') sent.push(webhook)
  }
  return [...sent, ...last]
}
