import type { EntityName } from './entities/names.ts'

/** What one property may hold. A read-only one is accepted and ignored when sent (quickbooks.md 10). */
export type Spec = { readOnly?: boolean } & (
  | { kind: 'text'; max?: number }
  | { kind: 'decimal' }
  | { kind: 'boolean' }
  | { kind: 'date' }
  | { kind: 'enum'; values: readonly string[] }
  | { kind: 'ref'; to: readonly EntityName[]; named: boolean; checked: boolean }
  | { kind: 'object'; fields: Properties }
  | { kind: 'list'; of: Spec }
  | { kind: 'opaque' }
)

export type Properties = Record<string, Spec>

export const text = (max?: number): Spec => ({ kind: 'text', max })
export const decimal: Spec = { kind: 'decimal' }
export const boolean: Spec = { kind: 'boolean' }
export const date: Spec = { kind: 'date' }
/** Kept as sent: a part of the API that this simulator has no rule for. */
export const opaque: Spec = { kind: 'opaque' }
export const oneOf = (...values: string[]): Spec => ({ kind: 'enum', values })
export const object = (fields: Properties): Spec => ({ kind: 'object', fields })
export const list = (of: Spec): Spec => ({ kind: 'list', of })
export const readOnly = (spec: Spec): Spec => ({ ...spec, readOnly: true })

/** A reference that must exist; answered with its current name. */
export const ref = (...to: EntityName[]): Spec => ({ kind: 'ref', to, named: true, checked: true })
/** A reference that must exist; answered without a name. */
export const bareRef = (...to: EntityName[]): Spec => ({ kind: 'ref', to, named: false, checked: true })
/** A reference whose rule lies elsewhere: tax codes, pseudo items, free text. */
export const looseRef = (...to: EntityName[]): Spec => ({ kind: 'ref', to, named: true, checked: false })

/** Properties of every entity. */
export const common: Properties = {
  Id: text(),
  SyncToken: text(),
  MetaData: readOnly(opaque),
  domain: text(),
  sparse: boolean,
  status: readOnly(text()),
  CustomExtensions: readOnly(opaque),
  V4IDPseudonym: readOnly(text()),
  ClientEntityId: readOnly(text()),
}

export const address = object({
  Id: text(),
  Line1: text(500),
  Line2: text(500),
  Line3: text(500),
  Line4: text(500),
  Line5: text(500),
  City: text(255),
  CountrySubDivisionCode: text(255),
  PostalCode: text(30),
  PostalCodeSuffix: text(30),
  Country: text(255),
  CountryCode: text(255),
  Note: text(),
  Lat: text(),
  Long: text(),
})

export const email = object({ Id: text(), Address: text(100), Default: boolean, Tag: text() })
export const phone = object({
  Id: text(),
  FreeFormNumber: text(30),
  DeviceType: text(),
  CountryCode: text(),
  AreaCode: text(),
  Default: boolean,
  Tag: text(),
})
export const website = object({ Id: text(), URI: text(1000), Default: boolean, Tag: text() })
export const memo = object({ value: text(1000), id: text() })
export const currency: Spec = { kind: 'ref', to: [], named: true, checked: false }
export const linkedTxns = list(object({ TxnId: text(), TxnType: text(), TxnLineId: text() }))

export const customFields = list(
  object({
    DefinitionId: text(),
    Name: text(),
    Type: text(),
    StringValue: text(31),
    BooleanValue: boolean,
    DateValue: text(),
    NumberValue: decimal,
  }),
)
