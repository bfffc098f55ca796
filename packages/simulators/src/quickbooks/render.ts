import type { Company } from './company.ts'
import { money } from './decimal.ts'
import { registry } from './entities/registry.ts'
import { leaveOutNewer } from './newer-fields.ts'
import type { Stored } from './stored.ts'
import { metaTime } from './time.ts'
import { rendered } from './validate.ts'
import { textOf, type Fields } from './values.ts'

/** The object as an answer shows it: current names, balances, MetaData. */
export function render(company: Company, stored: Stored): Fields {
  const definition = registry[stored.entity]
  const fields = rendered(definition.properties, stored.fields, (spec, id, given) => {
    if (!spec.named) return undefined
    for (const target of spec.to) {
      const found = company.find(target, id)
      if (found !== undefined) return company.nameOf(found)
    }
    return textOf(given.name)
  })
  if (stored.entity === 'Customer') Object.assign(fields, customerTotals(company, stored))
  if (stored.entity === 'Account') Object.assign(fields, accountTotals(company, stored))
  const meta = {
    CreateTime: metaTime(stored.createTime),
    ...(stored.fresh ? {} : { LastUpdatedTime: metaTime(stored.lastUpdated) }),
    ...stored.meta,
  }
  leaveOutNewer(stored.entity, fields, company.answersOf)
  if (!company.on(6)) return { ...emptied(stored), ...fields, Id: stored.id, SyncToken: String(stored.syncToken), MetaData: meta }
  if (stored.bare) return { ...fields, Id: stored.id, MetaData: meta }
  return { ...fields, domain: 'QBO', sparse: false, Id: stored.id, SyncToken: String(stored.syncToken), MetaData: meta }
}

/** Every property as null: an answer that knows nothing of left-out fields. */
function emptied(stored: Stored): Fields {
  return Object.fromEntries(Object.keys(registry[stored.entity].properties).map((name) => [name, null]))
}

function customerTotals(company: Company, stored: Stored): Fields {
  const own = company.customerBalance(stored.id)
  let withJobs = own
  for (const child of company.children('Customer', stored.id)) withJobs += company.customerBalance(child.id)
  return { Balance: money(own), BalanceWithJobs: money(withJobs) }
}

/** Income and expense accounts answer 0; the others debits minus credits [seen in a whole chart of accounts]. */
function accountTotals(company: Company, stored: Stored): Fields {
  const onBalanceSheet = !['Revenue', 'Expense'].includes(String(stored.fields.Classification))
  const own = onBalanceSheet ? (company.balances.get(stored.id) ?? 0n) : 0n
  let all = own
  if (onBalanceSheet) for (const child of company.children('Account', stored.id)) all += company.balances.get(child.id) ?? 0n
  return { CurrentBalance: money(own), CurrentBalanceWithSubAccounts: money(all) }
}
