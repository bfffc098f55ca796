import type { StreamSpec } from '@syncline/core'
import type { QuickBooksClient } from '../client.ts'
import { nameText } from '../text.ts'
import { isAsleep } from './asleep.ts'
import { describeWrite, entityOfStream, Input, readWritten } from './entities.ts'
import { emailOf, findCustomers, nameOf } from './find-customers.ts'
import type { ChangeCursor } from './read.ts'
import { readingOf } from './reading.ts'
import { Customer, reader } from './records.ts'
import { customerEntity } from './to-entity.ts'
import { nameListUndo } from './undo.ts'

const info = entityOfStream.customers
const parse = reader(Customer, 'customer')

/** Customers (quickbooks.md 10.2). They cannot be deleted, only made inactive. */
export const customers: StreamSpec<QuickBooksClient, Customer, ChangeCursor, Input> = {
  entity: 'customer',
  record: Customer,
  key: (record) => record.Id,
  version: (record) => record.SyncToken,
  ...readingOf<Customer>(info),
  toEntity: (record) => customerEntity(parse(record)),
  input: Input,
  write: (context) => describeWrite(info, withoutFixed(context)),
  written: (json, context) => readWritten(info, json, context, parse),
  find: findCustomers,
  unique: {
    name: nameOf,
    suffixed: (input, key) => ({ ...input, DisplayName: suffixed(nameOf(input), emailOf(input), key) }),
  },
  revive: (input) => ({ ...input, Active: true }),
  inactive: (record, settings) => isAsleep('customers', record, settings),
  identity: emailOf,
  undo: nameListUndo<Customer>('CustomerRef'),
  capabilities: { idempotency: 'key', concurrency: 'version', deletes: 'inactivate', reversible: ['inactivate'] },
}

/** `Name (C-123)`; a guest, whose key is no number, by e-mail. No colon may stand in a name (quickbooks.md 15). */
function suffixed(name: string, email: string | undefined, key: string): string {
  const suffix = /^\w+$/.test(key) ? `C-${key}` : (email ?? key)
  return nameText(`${nameText(name, 380)} (${nameText(suffix, 110)})`, 500)
}

/** A customer's currency never changes (quickbooks.md 10.15): not sent again. */
function withoutFixed<C extends { verb: string; input: Input }>(context: C): C {
  if (context.verb === 'create') return context
  const { CurrencyRef: _, ...input } = context.input
  return { ...context, input }
}
