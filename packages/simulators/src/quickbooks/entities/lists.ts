import { faults } from '../fault.ts'
import { bareRef, boolean, common, decimal, oneOf, readOnly, text, type Properties } from '../schema.ts'
import { refId, textOf, withoutEmpty, type Fields } from '../values.ts'
import { define, type Computed, type EntityDefinition, type WriteContext } from './definition.ts'
import { hierarchy } from './hierarchy.ts'
import { checkName } from './party.ts'
import type { EntityName } from './names.ts'

const metaData = ['MetaData.CreateTime', 'MetaData.LastUpdatedTime']

function requiredName(input: Fields): string {
  const name = textOf(input.Name)?.trim()
  if (name === undefined || name === '') throw faults.required('Name')
  return name
}

/** A class or a location: a tree of names (quickbooks.md 10.13). */
function tree(name: EntityName, subProperty: string, kind: string, totalCount: boolean): EntityDefinition {
  const properties: Properties = {
    ...common,
    Name: text(100),
    ParentRef: bareRef(name),
    [subProperty]: boolean,
    FullyQualifiedName: readOnly(text()),
    Active: boolean,
    Address: readOnly(text()),
  }
  const compute = (context: WriteContext): Computed => {
    const input = withoutEmpty(context.input)
    const own = requiredName(input)
    checkName('Name', own)
    const parent = refId(input.ParentRef)
    const place = hierarchy(context.company, name, own, parent, context.id)
    const kept = { ...input, Name: own }
    return {
      input: kept,
      fields: { ...kept, [subProperty]: parent !== undefined, FullyQualifiedName: place.fullName, Active: input.Active ?? true },
      postings: [],
    }
  }
  return define({
    name,
    properties,
    totalCount,
    filterable: ['Name', 'FullyQualifiedName', 'Active', ...metaData],
    order: 'FullyQualifiedName',
    nameProperty: 'Name',
    referenceKind: kind,
    kept: ['Active'],
    compute,
  })
}

export const classes = tree('Class', 'SubClass', 'Klasses', true)
export const department = tree('Department', 'SubDepartment', 'Depts', false)

/** Due in N days, or on a day of the month (quickbooks.md 10.7, 10.13). */
export const term = define({
  name: 'Term',
  properties: {
    ...common,
    Name: text(31),
    DueDays: decimal,
    DayOfMonthDue: decimal,
    DueNextMonthDays: decimal,
    DiscountPercent: decimal,
    DiscountDays: decimal,
    DiscountDayOfMonth: decimal,
    Type: readOnly(text()),
    Active: boolean,
  },
  filterable: ['Name', 'Active', ...metaData],
  order: 'Name',
  nameProperty: 'Name',
  referenceKind: 'Terms',
  kept: ['Active'],
  compute: ({ input: sent }) => {
    const input = withoutEmpty(sent)
    const name = requiredName(input)
    if (input.DueDays === undefined && input.DayOfMonthDue === undefined) throw faults.required('DueDays')
    for (const days of ['DueDays', 'DueNextMonthDays', 'DiscountDays']) inRange(input, days, 0, 999)
    inRange(input, 'DayOfMonthDue', 1, 31)
    inRange(input, 'DiscountPercent', 0, 100)
    const kept = { ...input, Name: name }
    const type = input.DayOfMonthDue === undefined ? 'STANDARD' : 'DATE_DRIVEN'
    return {
      input: kept,
      fields: { ...kept, DiscountPercent: input.DiscountPercent ?? 0, Type: type, Active: input.Active ?? true },
      postings: [],
    }
  },
})

function inRange(input: Fields, property: string, from: number, to: number): void {
  if (input[property] === undefined) return
  const value = Number(input[property])
  if (value < from || value > to) throw faults.number(property, String(input[property]))
}

export const paymentMethod = define({
  name: 'PaymentMethod',
  properties: { ...common, Name: text(31), Type: oneOf('CREDIT_CARD', 'NON_CREDIT_CARD'), Active: boolean },
  filterable: ['Name', 'Active', ...metaData],
  order: 'Name',
  nameProperty: 'Name',
  referenceKind: 'PaymentMethods',
  kept: ['Active'],
  compute: ({ input: sent }) => {
    const input = withoutEmpty(sent)
    const kept = { ...input, Name: requiredName(input) }
    return { input: kept, fields: { ...kept, Type: input.Type ?? 'NON_CREDIT_CARD', Active: input.Active ?? true }, postings: [] }
  },
})

export const companyCurrency = define({
  name: 'CompanyCurrency',
  properties: { ...common, Code: text(3), Name: readOnly(text()), Active: boolean },
  filterable: ['Code', 'Active', ...metaData],
  totalCount: true,
  kept: ['Active'],
  compute: ({ company, input: sent }) => {
    const input = withoutEmpty(sent)
    const code = textOf(input.Code)
    if (code === undefined) throw faults.required('Code')
    if (!/^[A-Z]{3}$/.test(code)) throw faults.currency(code)
    return { input, fields: { Code: code, Name: input.Name ?? company.currencyName(code), Active: input.Active ?? true }, postings: [] }
  },
})
