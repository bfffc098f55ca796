import { OAuthTokens } from '../../contracts/credentials.ts'
import type { Json } from '../../contracts/request.ts'

/**
 * What lies sealed in storage for one OAuth connection (RELIABILITY.md I23). An answer of the token endpoint is stored as `candidate`
 * before it is used and becomes `current` with its first success; the one before stays as `previous` until then.
 */
export interface TokenRecord {
  /** Used with success: an API answered it, or the token endpoint exchanged it. */
  current: OAuthTokens
  /** The newest answer, not used with success yet. */
  candidate?: OAuthTokens
  /** Used with success before `current`. */
  previous?: OAuthTokens
  /** The answer of an exchange that another process had overtaken. Which of both the platform counts as the newest only it knows. */
  spare?: OAuthTokens
  /** Days before the end of the permission that somebody was told of it. */
  warnedAt?: number
}

export type TokenRole = 'candidate' | 'current' | 'spare' | 'previous'

/** The tokens to work with. */
export function newest({ candidate, current }: TokenRecord): OAuthTokens {
  return candidate ?? current
}

/** The tokens to exchange, in the order to try them: newest first, since a platform may take the use of an old one for theft. */
export function exchangeable(record: TokenRecord): { role: TokenRole; tokens: OAuthTokens }[] {
  const seen = new Set<string>()
  return (['candidate', 'current', 'spare', 'previous'] as const).flatMap((role) => {
    const tokens = record[role]
    if (tokens === undefined || seen.has(tokens.refreshToken)) return []
    seen.add(tokens.refreshToken)
    return [{ role, tokens }]
  })
}

/** After the endpoint exchanged the tokens of that role: they are proven by it, the answer is not yet. */
export function answered(record: TokenRecord, role: TokenRole, answer: OAuthTokens): TokenRecord {
  const used = record[role]!
  const before = role === 'candidate' || role === 'spare' ? record.current : role === 'current' ? record.previous : undefined
  return {
    current: used,
    candidate: answer,
    ...(before && { previous: before }),
    ...(record.warnedAt !== undefined && { warnedAt: record.warnedAt }),
  }
}

/** After the candidate was used with success. */
export function proven(record: TokenRecord): TokenRecord {
  const { candidate, ...rest } = record
  return candidate === undefined ? record : { ...rest, current: candidate, previous: record.current }
}

export function toSecret({ current, ...rest }: TokenRecord): Json {
  return { ...current, ...rest } as Json
}

/** Throws for something that is not tokens. */
export function fromSecret(secret: unknown): TokenRecord {
  const current = OAuthTokens.parse(secret)
  const { candidate, previous, spare, warnedAt } = secret as { [name: string]: unknown }
  const others = {
    candidate: OAuthTokens.safeParse(candidate).data,
    previous: OAuthTokens.safeParse(previous).data,
    spare: OAuthTokens.safeParse(spare).data,
  }
  return {
    current,
    ...(others.candidate && { candidate: others.candidate }),
    ...(others.previous && { previous: others.previous }),
    ...(others.spare && { spare: others.spare }),
    ...(typeof warnedAt === 'number' && { warnedAt }),
  }
}
