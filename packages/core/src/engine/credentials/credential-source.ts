import type { OAuthTokens } from '../../contracts/credentials.ts'
import type { Http } from '../../contracts/http.ts'
import { fetchShape } from '../../http/fetch-shape.ts'
import type { TokenSource } from '../token-source.ts'

/** Where a connector's client takes its credentials from, each time it needs them. */
export interface CredentialSource {
  get: () => Promise<unknown>
  renew: (refused?: unknown) => Promise<unknown>
  /** Values that must never be shown. */
  secrets: () => readonly string[]
}

/** Credentials that do not change by themselves. */
export function fixed(credentials: unknown): CredentialSource {
  const secrets = Object.values((credentials ?? {}) as object).filter((value): value is string => typeof value === 'string')
  return { get: async () => credentials, renew: async () => credentials, secrets: () => secrets }
}

/** Tokens that renew themselves; every value that they ever had stays secret. `known` holds the values of before. */
export function rotating(tokens: TokenSource, known: Set<string>): CredentialSource {
  const noted = async (asked: Promise<OAuthTokens>) => {
    const { accessToken, refreshToken } = await asked
    known.add(accessToken).add(refreshToken)
    return asked
  }
  return {
    get: () => noted(tokens.get()),
    renew: (refused) => noted(tokens.renew(refused as OAuthTokens | undefined)),
    secrets: () => [...known],
  }
}

/** The same source, which asks first whether the connection may be used at all. */
export function guarded(source: CredentialSource, usable: () => Promise<void>): CredentialSource {
  return {
    ...source,
    get: async () => {
      await usable()
      return source.get()
    },
  }
}

/** The same way out, which tells the tokens when an API took the newest of them. */
export function proving(http: Http, tokens: TokenSource): Http {
  const request: Http['request'] = async (outgoing) => {
    const answer = await http.request(outgoing)
    const unproven = tokens.unproven()
    const carried = unproven !== undefined && Object.values(outgoing.headers ?? {}).some((value) => value.endsWith(unproven))
    if (carried && answer.status < 300) await tokens.worked(unproven)
    return answer
  }
  return { request, fetch: fetchShape(request) }
}
