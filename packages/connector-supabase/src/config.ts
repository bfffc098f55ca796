import { apiKey, secret } from '@syncline/core'
import { z } from 'zod'

/** Where the tables lie and whose rows they are. */
export const Config = z.strictObject({
  url: z
    .url()
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('Address of the project, such as https://abcd1234.supabase.co'),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]*$/, 'lower-case letters, digits and underscores')
    .default('public')
    .describe('Schema of the tables; another one than public must be exposed in the API settings'),
  tenantId: z.uuid().describe('Whose rows these are: the id of a row in the table tenants'),
  source: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Name that written rows carry as their source. Default: the connector they come from'),
})
export type Config = z.infer<typeof Config>

/**
 * One key, in any of its four forms: `sb_secret_…`, `sb_publishable_…`, or the legacy JWTs for service_role and anon. Writing needs
 * the secret or service_role key, or a user's token whose row policies allow it.
 */
export const credentials = apiKey({ key: secret().describe("The project's secret key (sb_secret_…) or its legacy service_role key") })
