import { createHmac, randomBytes } from 'node:crypto'

export interface SupabaseKeys {
  /** Legacy JWT with `role: service_role`. */
  serviceRoleKey: string
  /** Legacy JWT with `role: anon`. */
  anonKey: string
  /** New opaque form, `sb_secret_…`: the gateway swaps it for service_role. */
  secretKey: string
  /** New opaque form, `sb_publishable_…`: the gateway swaps it for anon. */
  publishableKey: string
  jwtSecret: string
}

const TEN_YEARS_SECONDS = 10 * 365 * 24 * 60 * 60

export function generateKeys(nowMs: number): SupabaseKeys {
  const jwtSecret = randomBytes(32).toString('hex')
  return {
    serviceRoleKey: roleToken(jwtSecret, 'service_role', nowMs),
    anonKey: roleToken(jwtSecret, 'anon', nowMs),
    secretKey: `sb_secret_${randomBytes(24).toString('base64url')}`,
    publishableKey: `sb_publishable_${randomBytes(24).toString('base64url')}`,
    jwtSecret,
  }
}

function roleToken(secret: string, role: string, nowMs: number): string {
  const issuedAt = Math.floor(nowMs / 1000)
  // A minute back: PostgREST refuses tokens "issued in the future", and the machine's clock may step.
  return signJwt(secret, { role, iss: 'supabase', iat: issuedAt - 60, exp: issuedAt + TEN_YEARS_SECONDS })
}

/** An HS256 JWT over `claims`, as PostgREST accepts it. Times in the claims are whole seconds. */
export function signJwt(secret: string, claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const content = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
}
