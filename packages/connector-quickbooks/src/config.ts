import { z } from 'zod'

/** The application's secret goes to these addresses: only unencrypted ones are taken, which an engine outside of development refuses to call. */
function developmentUrl(what: string) {
  return z
    .url({ protocol: /^http$/ })
    .optional()
    .describe(`For development and tests: the address of the ${what}, which begins with http://.`)
}

/** The company file to connect to. `realmId` stays text: it exceeds 2^53 (quickbooks.md 1.2). */
export const Config = z.strictObject({
  realmId: z
    .string()
    .regex(/^\d{10,19}$/, 'the company id: 10 to 19 digits, as text')
    .describe('Company id (realm id) that Intuit gave when the company was authorised.'),
  environment: z.enum(['production', 'sandbox']).default('production').describe('A sandbox company answers only on the sandbox address.'),
  baseUrl: z.url().optional().describe('For development and tests: the address of the API instead of the one of the environment.'),
  tokenUrl: developmentUrl('token endpoint'),
  authorizeUrl: developmentUrl('page where a person allows access'),
  revokeUrl: developmentUrl('endpoint that ends a permission'),
})
export type Config = z.infer<typeof Config>

const hosts = { production: 'https://quickbooks.api.intuit.com', sandbox: 'https://sandbox-quickbooks.api.intuit.com' }

/** Address under which all paths of the company lie, without a slash at the end (quickbooks.md 1.1, 1.2). */
export function companyUrl({ baseUrl, environment, realmId }: Config): string {
  return `${(baseUrl ?? hosts[environment]).replace(/\/+$/, '')}/v3/company/${realmId}`
}

/** What is known before somebody has chosen the company. */
export const BeginConfig = Config.omit({ realmId: true })

/** quickbooks.md 1.1 */
export function authorizeUrl(config: z.infer<typeof BeginConfig>): string {
  return config.authorizeUrl ?? 'https://appcenter.intuit.com/connect/oauth2'
}

/** quickbooks.md 3.4 */
export function revokeUrl(config: Config): string {
  return config.revokeUrl ?? 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke'
}

/** quickbooks.md 1.1 */
export function tokenUrl(config: Config): string {
  return config.tokenUrl ?? 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer'
}
