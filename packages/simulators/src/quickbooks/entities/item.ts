import { decimal as exact, isDecimal, multiply, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import type { Posting } from '../stored.ts'
import { bareRef, boolean, common, date, decimal, list, looseRef, object, oneOf, readOnly, ref, text, type Properties } from '../schema.ts'
import { refId, textOf, withoutEmpty, type Fields } from '../values.ts'
import { define, type Computed, type WriteContext } from './definition.ts'
import { hierarchy } from './hierarchy.ts'
import { checkName } from './party.ts'

const properties: Properties = {
  ...common,
  Name: text(100),
  Type: oneOf('Inventory', 'NonInventory', 'Service', 'Category', 'Group'),
  IncomeAccountRef: ref('Account'),
  ExpenseAccountRef: ref('Account'),
  AssetAccountRef: ref('Account'),
  TrackQtyOnHand: boolean,
  QtyOnHand: decimal,
  InvStartDate: date,
  ReorderPoint: decimal,
  UnitPrice: decimal,
  PurchaseCost: decimal,
  Description: text(4000),
  PurchaseDesc: text(1000),
  Sku: text(100),
  Taxable: boolean,
  SalesTaxCodeRef: bareRef('TaxCode'),
  SalesTaxIncluded: boolean,
  PurchaseTaxCodeRef: bareRef('TaxCode'),
  PurchaseTaxIncluded: boolean,
  TaxClassificationRef: looseRef(),
  SubItem: boolean,
  ParentRef: ref('Item'),
  Level: readOnly(decimal),
  FullyQualifiedName: readOnly(text()),
  ClassRef: ref('Class'),
  PrefVendorRef: ref('Vendor'),
  Active: boolean,
  ItemGroupDetail: readOnly(object({ ItemGroupLine: list(object({ Qty: decimal, ItemRef: ref('Item') })) })),
  PrintGroupedItems: boolean,
  DeferredRevenue: readOnly(boolean),
  ItemCategoryType: text(),
  ServiceType: text(),
  UQCDisplayText: text(),
  UQCId: text(),
  Source: text(),
}

/** quickbooks.md 10.3. */
export const item = define({
  name: 'Item',
  properties,
  filterable: [
    'Name',
    'FullyQualifiedName',
    'Type',
    'Active',
    'Taxable',
    'SubItem',
    'Sku',
    'UnitPrice',
    'QtyOnHand',
    'ParentRef',
    'MetaData.CreateTime',
    'MetaData.LastUpdatedTime',
  ],
  order: 'Name',
  nameProperty: 'Name',
  referenceKind: 'Items',
  kept: ['Active', 'Type', 'QtyOnHand', 'InvStartDate'],
  compute,
})

function compute(context: WriteContext): Computed {
  const { company, previous, importing, now } = context
  const input = withoutEmpty(context.input)
  const name = textOf(input.Name)?.trim()
  if (name === undefined || name === '') throw faults.required('Name')
  checkName('Name', name)
  const type =
    textOf(input.Type) ??
    (input.TrackQtyOnHand === true ? 'Inventory' : importing || company.settings.country === 'US' ? 'Service' : 'NonInventory')
  if (previous !== undefined && previous.fields.Type === 'Inventory' && type !== 'Inventory')
    throw faults.business('The type of an inventory item cannot be changed.')
  if (type === 'Group' && previous === undefined && !importing) throw faults.unsupportedOperation('create of a Group item')
  const parent = refId(input.ParentRef)
  const place = hierarchy(company, 'Item', name, parent, context.id)
  if (type === 'Category') return { input: { ...input, Name: name }, fields: category(input, name, place), postings: [] }
  if (!importing) checkAccounts(context, type, input)
  const kept = withoutEmpty({ ...input, Name: name, Type: type })
  const fields = withoutEmpty({
    ...kept,
    Active: input.Active ?? true,
    FullyQualifiedName: place.fullName,
    ...(place.level === 0 ? {} : { SubItem: true, Level: place.level }),
    ...(company.settings.country === 'US' ? { Taxable: input.Taxable ?? false } : {}),
    UnitPrice: input.UnitPrice ?? 0,
    ...(type === 'Group' ? {} : { PurchaseCost: input.PurchaseCost ?? 0 }),
    TrackQtyOnHand: type === 'Inventory',
    ...(type === 'Inventory'
      ? { InvStartDate: input.InvStartDate ?? new Date(now).toISOString().slice(0, 10) }
      : { DeferredRevenue: input.DeferredRevenue ?? false }),
  })
  return { input: kept, fields, postings: type === 'Inventory' ? stockValue(context, fields) : [] }
}

/**
 * What the stock is worth: at first against opening balance equity; a QtyOnHand that an update sends is an adjustment against the
 * item's cost account (quickbooks.md 9.2, 17.44). Sales move the quantity by their own documents.
 */
function stockValue({ company, previous, given, importing }: WriteContext, fields: Fields): Posting[] {
  const before = previous?.postings ?? []
  if (importing || !company.on(44) || !isDecimal(fields.QtyOnHand)) return before
  if (previous !== undefined && given.QtyOnHand === undefined) return before
  const sold = isDecimal(previous?.fields.QtyOnHand) ? Number(previous.fields.QtyOnHand) : 0
  const cost = exact((fields.PurchaseCost ?? 0) as number)
  const worth = toCents(multiply(exact(fields.QtyOnHand), cost)) - toCents(multiply(exact(sold), cost))
  const asset = refId(fields.AssetAccountRef)
  const against = previous === undefined ? company.account('opening-equity') : refId(fields.ExpenseAccountRef)
  if (worth === 0n || asset === undefined || against === undefined) return before
  return [...before, { account: asset, amount: worth, role: 'inventory' }, { account: against, amount: -worth, role: 'cost' }]
}

function category(input: Fields, name: string, place: { fullName: string; level: number }): Fields {
  const nested = place.level === 0 ? {} : { SubItem: true, ParentRef: input.ParentRef, Level: place.level }
  return { Name: name, Active: input.Active ?? true, FullyQualifiedName: place.fullName, Type: 'Category', ...nested }
}

/** Which accounts a kind of item needs (quickbooks.md 10.3). */
function checkAccounts({ company }: WriteContext, type: string, input: Fields): void {
  if (type === 'Inventory') {
    if (company.preferences('ProductAndServicesPrefs').QuantityOnHand !== true)
      throw faults.feature('Inventory is not turned on for this company.')
    if (refId(input.AssetAccountRef) === undefined)
      throw faults.requiredText('inventory assetaccount is required if you are using inventory item', 'AssetAccountRef')
    if (refId(input.ExpenseAccountRef) === undefined) throw faults.required('ExpenseAccountRef')
    if (input.QtyOnHand === undefined) throw faults.required('QtyOnHand')
    const asset = company.find('Account', refId(input.AssetAccountRef))
    if (asset?.fields.AccountSubType !== 'Inventory') throw faults.accountUse('AssetAccountRef must be an Inventory account.')
  }
  // Canada and the UK want both accounts, whatever the kind (quickbooks.md 10.3).
  const both = ['CA', 'GB'].includes(company.settings.country)
  for (const needed of type === 'Group' || !both ? [] : ['IncomeAccountRef', 'ExpenseAccountRef'])
    if (refId(input[needed]) === undefined) throw faults.required(needed)
  if (type !== 'Group' && refId(input.IncomeAccountRef) === undefined && refId(input.ExpenseAccountRef) === undefined)
    throw faults.required('IncomeAccountRef')
}
