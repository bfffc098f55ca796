import { SyncError, type Order } from '@syncline/core'
import type { Account, Company } from '../company/company.ts'
import { accountNamed, accountOfSubType, paymentMethodNamed } from '../company/lookup.ts'
import { gatewayOf } from './decide.ts'
import type { OrderPolicy } from './policy.ts'

/** Where the money is until the gateway pays it out, and how it came (ACCOUNTING.md 8, model A). */
export function moneyFields(order: Order, policy: OrderPolicy, company: Company): { [field: string]: unknown } {
  const { gateway: id } = order.paymentMethod
  const { paymentMethod } = gatewayOf(order, policy)
  return {
    DepositToAccountRef: { value: gatewayAccount(order, policy, company).id },
    ...(paymentMethod !== undefined && {
      PaymentMethodRef: { value: paymentMethodNamed(company, paymentMethod, `gateways.${id}.paymentMethod`) },
    }),
  }
}

/** The account that a gateway's money lies in. Throws `reference_missing` where it is none that can hold money. */
export function gatewayAccount(order: Pick<Order, 'paymentMethod'>, policy: OrderPolicy, company: Company): Account {
  const { gateway: id } = order.paymentMethod
  const gateway = gatewayOf(order, policy)
  const setting = id === '' ? 'defaultAccount' : `gateways.${id}.account`
  if (gateway.credit !== undefined && gateway.account === undefined) return accountOfSubType(company, 'UndepositedFunds', setting)
  const name = gateway.account ?? (id === '' ? undefined : `${id} clearing`)
  return name === undefined ? accountOfSubType(company, 'UndepositedFunds', setting) : moneyAccount(company, name, setting)
}

/** The bank account that a gateway's payouts arrive on. */
export function bankAccount(order: Pick<Order, 'paymentMethod'>, policy: OrderPolicy, company: Company): Account {
  const own = gatewayOf(order, policy).bank
  if (own !== undefined) return moneyAccount(company, own, `gateways.${order.paymentMethod.gateway}.bank`)
  if (policy.payouts.bank !== undefined) return moneyAccount(company, policy.payouts.bank, 'payouts.bank')
  throw new SyncError('reference_missing', 'The policy does not say which bank account payouts arrive on.', {
    hint: 'Name it in `payouts.bank`, or for this gateway alone in `gateways.<gateway>.bank`.',
    details: { setting: 'payouts.bank' },
  })
}

/** The expense account of a gateway's fees. */
export function feeAccount(order: Pick<Order, 'paymentMethod'>, policy: OrderPolicy, company: Company): Account {
  const own = gatewayOf(order, policy).feeAccount
  if (own !== undefined) return accountNamed(company, own, `gateways.${order.paymentMethod.gateway}.feeAccount`)
  return policy.payouts.feeAccount === undefined
    ? accountOfSubType(company, 'BankCharges', 'payouts.feeAccount')
    : accountNamed(company, policy.payouts.feeAccount, 'payouts.feeAccount')
}

function moneyAccount(company: Company, name: string, setting: string): Account {
  const account = accountNamed(company, name, setting)
  if (account.type === 'Bank' || account.type === 'Other Current Asset') return account
  throw new SyncError(
    'reference_missing',
    `The account "${account.fullName}" is of the kind ${account.type}; money lies in a Bank or Other Current Asset account.`,
    { hint: `Name another account in \`${setting}\`.`, details: { setting } },
  )
}
