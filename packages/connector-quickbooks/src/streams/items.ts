import type { StreamSpec } from '@syncline/core'
import { suffixedName } from '../accounting/product.ts'
import type { QuickBooksClient } from '../client.ts'
import { isAsleep } from './asleep.ts'
import { describeWrite, entityOfStream, Input, readWritten } from './entities.ts'
import { findItems, nameOf, skuOf } from './find-items.ts'
import type { ChangeCursor } from './read.ts'
import { readingOf } from './reading.ts'
import { Item, reader } from './records.ts'
import { productEntity } from './to-entity.ts'
import { nameListUndo } from './undo.ts'

const info = entityOfStream.items
const parse = reader(Item, 'item')

/** Products and services (quickbooks.md 10.3). They cannot be deleted, only made inactive. */
export const items: StreamSpec<QuickBooksClient, Item, ChangeCursor, Input> = {
  entity: 'product',
  record: Item,
  key: (record) => record.Id,
  version: (record) => record.SyncToken,
  ...readingOf<Item>(info),
  toEntity: (record, settings) => productEntity(parse(record), settings),
  input: Input,
  write: (context) => describeWrite(info, withoutFixed(context)),
  written: (json, context) => readWritten(info, json, context, parse),
  find: findItems,
  unique: {
    name: nameOf,
    suffixed: (input, key) => ({ ...input, Name: suffixedName(nameOf(input), skuOf(input) ?? `P-${key}`) }),
  },
  // quickbooks.md 9.2: also a sparse update of an item needs its name.
  always: ['Name'],
  revive: (input) => ({ ...input, Active: true }),
  inactive: (record, settings) => isAsleep('items', record, settings),
  identity: skuOf,
  undo: nameListUndo<Item>('ItemRef'),
  capabilities: { idempotency: 'key', concurrency: 'version', deletes: 'inactivate', reversible: ['inactivate'] },
}

/**
 * What an update must not carry: quantity and start date would be taken as a stock adjustment, another account would be written to all
 * past documents, and the type cannot change (quickbooks.md 9.2, 10.3).
 */
function withoutFixed<C extends { verb: string; input: Input }>(context: C): C {
  if (context.verb === 'create') return context
  const {
    Type: _type,
    TrackQtyOnHand: _track,
    QtyOnHand: _quantity,
    InvStartDate: _start,
    IncomeAccountRef: _income,
    ExpenseAccountRef: _expense,
    AssetAccountRef: _asset,
    ...input
  } = context.input
  return { ...context, input }
}
