import { quickbooks } from '@syncline/connector-quickbooks'

const { settings: _, ...rest } = quickbooks

/** QuickBooks whose connection test is one request, without limits per minute: for asking often. */
export const lightBooks = {
  ...rest,
  limits: { concurrency: 10 },
  check: async ({ client, config }: Parameters<typeof quickbooks.check>[0]) => {
    await client.get(`companyinfo/${config.realmId}`)
    return [{ id: 'company', title: 'The company can be read.', ok: true }]
  },
}
