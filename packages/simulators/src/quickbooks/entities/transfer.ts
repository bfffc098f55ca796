import { isDecimal, money, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import { homeFields } from '../home-amounts.ts'
import { common, currency, date, decimal, readOnly, ref, text } from '../schema.ts'
import { today } from '../time.ts'
import { refId, textOf, withoutEmpty } from '../values.ts'
import { define } from './definition.ts'

/** Money between two accounts of the balance sheet. One into Undeposited Funds can be deposited (quickbooks.md 10.9). */
export const transfer = define({
  name: 'Transfer',
  properties: {
    ...common,
    FromAccountRef: ref('Account'),
    ToAccountRef: ref('Account'),
    Amount: decimal,
    TxnDate: date,
    PrivateNote: text(4000),
    CurrencyRef: currency,
    ExchangeRate: decimal,
    HomeTotalAmt: readOnly(decimal),
    TransactionLocationType: text(),
  },
  filterable: ['TxnDate', 'MetaData.CreateTime', 'MetaData.LastUpdatedTime'],
  deletable: true,
  kept: ['CurrencyRef'],
  compute: ({ company, input: sent, now, importing }) => {
    const input = withoutEmpty(sent)
    const from = refId(input.FromAccountRef)
    const to = refId(input.ToAccountRef)
    if (from === undefined) throw faults.required('FromAccountRef')
    if (to === undefined) throw faults.required('ToAccountRef')
    if (!isDecimal(input.Amount)) throw faults.required('Amount')
    const amount = toCents(input.Amount)
    if (amount < 0n) throw faults.negative()
    if (from === to) throw faults.business('The accounts of a transfer must differ.')
    for (const id of importing ? [] : [from, to])
      if (['Revenue', 'Expense'].includes(String(company.find('Account', id)?.fields.Classification)))
        throw faults.accountUse('a transfer moves money between accounts of the balance sheet.')
    const kept = withoutEmpty({ ...input, TxnDate: textOf(input.TxnDate) ?? today(now) })
    const code = refId(input.CurrencyRef) ?? company.settings.currency
    return {
      input: kept,
      fields: withoutEmpty({
        ...kept,
        Amount: money(amount),
        CurrencyRef: { value: code, name: company.currencyName(code) },
        ...homeFields(company, code, input.ExchangeRate, String(kept.TxnDate), amount),
      }),
      postings: [
        { account: to, amount, role: 'total' },
        { account: from, amount: -amount, role: 'line' },
      ],
    }
  },
})
