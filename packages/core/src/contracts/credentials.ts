import { z } from 'zod'
import type { Http } from './http.ts'

/** Credentials that a person pastes, or that the platform hands over: keys and passwords. */
export interface ApiKeySpec<Credentials> {
  kind: 'api_key'
  schema: z.ZodType<Credentials>
  /** How the platform hands keys over by itself, where it can. */
  handOver?: HandOver
}

/**
 * A platform that makes keys itself after a person agreed in the browser, and posts them to the host. Such a message carries no proof of
 * its sender: core fixes the address before, knows it by an unguessable handle, and tries the keys there before it stores them.
 */
export interface HandOver {
  /** Config that is known when it begins. */
  begins: z.ZodType
  /** Where the person's browser goes. `handle` comes back with the keys. */
  url: (context: { config: unknown; handle: string; appName: string; callbackUrl: string; returnTo: string }) => string
  /** The handle and the keys in what the platform posted. Throws `sign_in_invalid` for anything else. */
  read: (body: unknown) => { handle: string; credentials: unknown }
}

/** The host's own registration at the platform, not a tenant's. */
export interface OAuthApp {
  clientId: string
  clientSecret: string
  [name: string]: string
}

/** Tokens of one connection. Times are epoch milliseconds. */
export const OAuthTokens = z.object({
  accessToken: z.string().min(1),
  refreshToken: z.string().min(1),
  accessExpiresAt: z.number(),
  refreshExpiresAt: z.number().optional(),
  /** When the permission itself ends, however often it is refreshed. */
  grantExpiresAt: z.number().optional(),
})
export type OAuthTokens = z.infer<typeof OAuthTokens>

interface TokenCall {
  app: OAuthApp
  config: unknown
  http: Http
  now: number
  signal?: AbortSignal
}

/** A sign-in in the browser. The query of the way back is whatever the platform's redirect carries. */
export interface OAuth2SignIn {
  /** Config that is known when it begins: without what only the platform can say. */
  begins: z.ZodType
  authorizeUrl: (context: { app: OAuthApp; config: unknown; state: string; redirectUri: string }) => string
  /** The whole config, with what the way back says. Throws `sign_in_invalid` when that is missing or wrong. */
  completed: (context: { config: unknown; query: { readonly [name: string]: string } }) => unknown
  exchange: (context: TokenCall & { code: string; redirectUri: string }) => Promise<OAuthTokens>
  /** Asks with the new tokens for the very account that the config names, since anybody can write a name into an address. Returns its title; throws when it is another one. */
  prove: (context: { tokens: OAuthTokens; config: unknown; http: Http; signal?: AbortSignal }) => Promise<string>
}

/** OAuth 2.0 with rotating refresh tokens. */
export interface OAuth2Spec {
  kind: 'oauth2'
  schema: z.ZodType<OAuthTokens>
  /** Exchanges the refresh token. Throws `needs_reauth` when the platform says that the grant is over, and a retryable error when nobody knows. */
  refresh: (context: TokenCall & { tokens: OAuthTokens }) => Promise<OAuthTokens>
  /** Ends the grant at the platform. A grant that is over already is no error. */
  revoke?: (context: TokenCall & { tokens: OAuthTokens }) => Promise<void>
  /** Names the account in a config: a connection that has linked records is never moved to another one. */
  account?: (config: unknown) => string
  signIn?: OAuth2SignIn
}

export type CredentialsSpec<Credentials> = ApiKeySpec<Credentials> | (Credentials extends OAuthTokens ? OAuth2Spec : never)

/** Keys and passwords as a strict schema; mark each with `secret()`. */
export function apiKey<Shape extends z.ZodRawShape>(
  shape: Shape,
  options: { handOver?: HandOver } = {},
): ApiKeySpec<z.infer<z.ZodObject<Shape>>> {
  return { kind: 'api_key', schema: z.strictObject(shape) as unknown as z.ZodType<z.infer<z.ZodObject<Shape>>>, ...options }
}

/** OAuth 2.0, refreshed by core ahead of expiry and once after a refusal. */
export function oauth2(spec: Omit<OAuth2Spec, 'kind' | 'schema'>): OAuth2Spec {
  return { kind: 'oauth2', schema: OAuthTokens, ...spec }
}
