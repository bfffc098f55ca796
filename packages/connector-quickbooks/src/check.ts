import { SyncError, type CheckItem } from '@syncline/core'
import type { QuickBooksClient } from './client.ts'
import type { Company } from './company/company.ts'
import { readCompany } from './company/read-company.ts'

/** A connection test that a person can read: reached, signed in, may write, knows how tax works there. Never throws. */
export async function checkCompany({ client, signal }: { client: QuickBooksClient; signal?: AbortSignal }): Promise<CheckItem[]> {
  try {
    const company = await readCompany({ client, ...(signal && { signal }) })
    return [
      {
        id: 'company',
        title: 'The company can be read.',
        ok: true,
        detail: `${company.name}, ${company.country}, ${company.homeCurrency}${company.offering === undefined ? '' : `, ${company.offering}`}`,
      },
      subscription(company),
      tax(company),
      accounts(company),
    ]
  } catch (error) {
    const known = SyncError.is(error) ? error : new SyncError('network_failed', 'QuickBooks could not be reached.', { cause: error })
    return [
      {
        id: 'company',
        title: 'The company can be read.',
        ok: false,
        code: known.code,
        detail: [known.message, known.hint].filter(Boolean).join(' '),
      },
    ]
  }
}

/** A lapsed company reads well and refuses every write with 6190 (quickbooks.md 14). */
function subscription({ subscription: state }: Company): CheckItem {
  const lapsed = state !== undefined && /expired|cancel|suspend|unsubscribed/i.test(state)
  return {
    id: 'subscription',
    title: 'The subscription allows writing.',
    ok: !lapsed,
    ...(lapsed && { code: 'account_suspended' as const }),
    detail: lapsed
      ? `QuickBooks says "${state}". Renew the subscription; reading goes on.`
      : (state ?? 'QuickBooks does not say; the first write will tell.'),
  }
}

const taxWords: Record<Company['tax'], string> = {
  us_automated: 'Automated sales tax: the shop’s tax total is sent and kept.',
  us_manual: 'Manual sales tax: name a tax code for each shop rate in the policy.',
  us_not_set_up: 'Sales tax is not set up: tax is posted as a line on the sales tax item.',
  us_none: 'Sales tax is off: tax is posted as a line on the sales tax item.',
  global: 'Tax codes on every line: name one for each combination of shop rates in the policy.',
  global_none: 'Tax is off: tax is posted as a line on the sales tax item.',
}

function tax(company: Company): CheckItem {
  const codes =
    company.tax === 'global' || company.tax === 'us_manual'
      ? ` The company has: ${company.taxCodes.map((code) => code.name).join(', ') || 'none'}.`
      : ''
  return { id: 'tax', title: 'How the company charges tax is known.', ok: true, detail: taxWords[company.tax] + codes }
}

function accounts(company: Company): CheckItem {
  const income = company.accounts.some((account) => account.subType === 'SalesOfProductIncome')
  return {
    id: 'accounts',
    title: 'There is an account for sales.',
    ok: income,
    ...(!income && { code: 'reference_missing' as const }),
    detail: income
      ? `${company.accounts.length} accounts`
      : 'Create an income account of the kind "Sales of Product Income", or name one as `incomeAccount` in the product policy.',
  }
}
