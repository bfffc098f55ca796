import { z } from 'zod'

/** The company file to connect to. `realmId` stays text: it exceeds 2^53 (quickbooks.md 1.2). */
export const Config = z.strictObject({
  realmId: z
    .string()
    .regex(/^\d{10,19}$/, 'the company id: 10 to 19 digits, as text')
    .describe('Company id (realm id) that Intuit gave when the company was authorised.'),
  environment: z.enum(['production', 'sandbox']).default('production').describe('A sandbox company answers only on the sandbox address.'),
  baseUrl: z.url().optional().describe('For development and tests: the address of the API instead of the one of the environment.'),
  tokenUrl: z.url().optional().describe('For development and tests: the address of the token endpoint.'),
})
export type Config = z.infer<typeof Config>

const hosts = { production: 'https://quickbooks.api.intuit.com', sandbox: 'https://sandbox-quickbooks.api.intuit.com' }

/** Address under which all paths of the company lie, without a slash at the end (quickbooks.md 1.1, 1.2). */
export function companyUrl({ baseUrl, environment, realmId }: Config): string {
  return `${(baseUrl ?? hosts[environment]).replace(/\/+$/, '')}/v3/company/${realmId}`
}

/** quickbooks.md 1.1 */
export function tokenUrl(config: Config): string {
  return config.tokenUrl ?? 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer'
}
