import type { Company } from './company.ts'
import type { Stored } from './stored.ts'
import { decimal, isDecimal, money, multiply, toCents } from './decimal.ts'
import type { EntityDefinition, WriteContext } from './entities/definition.ts'
import { transactionNames } from './entities/names.ts'
import { creditPaymentFor } from './credits.ts'
import { registry } from './entities/registry.ts'
import { faults } from './fault.ts'
import { moveToAccount } from './item-accounts.ts'
import { keepFacts } from './import-object.ts'
import { depositLink, lineExtras, setDeposited, unapply, unapplyExcess } from './links.ts'
import { claimName, renameDescendants, withoutDeletedMark } from './name-space.ts'
import { render } from './render.ts'
import { readInput, references } from './validate.ts'
import { fieldsOf, isFields, listOf, refId, sameJson, textOf, type Fields } from './values.ts'

export interface WriteOptions {
  include?: ReadonlySet<string>
  /** A bookkeeper in the UI: no API rules about closed books. */
  byUser?: boolean
}

const none: ReadonlySet<string> = new Set()
const system = ['Id', 'SyncToken', 'MetaData', 'domain', 'sparse', 'status']

/** Creates an object. @throws QboFault with the platform's code */
export function create(company: Company, definition: EntityDefinition, body: Fields, options: WriteOptions = {}): Stored {
  if (!definition.creatable) throw faults.unsupportedOperation(`create ${definition.name}`)
  const input = writable(company, definition, body)
  const id = company.peekId(definition.name)
  const context: WriteContext = {
    company,
    id,
    input,
    given: input,
    previous: undefined,
    include: options.include ?? none,
    now: company.clock.now(),
    importing: false,
  }
  checkReferences(context, definition)
  const computed = definition.compute(context)
  checkClosed(context, definition, textOf(computed.fields.TxnDate), options)
  const stored: Stored = {
    entity: definition.name,
    id,
    syncToken: 0,
    createTime: context.now,
    lastUpdated: context.now,
    input: computed.input,
    fields: computed.fields,
    postings: [],
    deleted: false,
    voided: false,
  }
  if (definition.name === 'Invoice') stored.meta = lastModifiedBy(company)
  claimName(company, definition, stored, undefined)
  company.put(stored)
  company.link(stored, undefined)
  company.countNumber(definition.name, textOf(stored.fields.DocNumber), 1)
  company.post(stored, computed.postings)
  company.takeStock(stored, computed.stock)
  computed.after?.(stored)
  company.changed(definition.name, stored.id, 'created')
  const credit = definition.name === 'Invoice' ? creditPaymentFor(company, stored) : undefined
  if (credit !== undefined) create(company, registry.Payment, credit)
  return stored
}

/** Invoices say who wrote them last (quickbooks.md 10.1). */
function lastModifiedBy(company: Company): Fields {
  return company.answersOf < 2023 ? {} : { LastModifiedByRef: { value: `9130${company.settings.realmId.slice(-12)}` } }
}

/** Updates an object, fully or sparsely (quickbooks.md 9.2). A write that changes nothing changes nothing. */
export function update(company: Company, definition: EntityDefinition, body: Fields, options: WriteOptions = {}): Stored {
  if (!definition.updatable) throw faults.unsupportedOperation(`update ${definition.name}`)
  const stored = target(company, definition, body, 'deleted')
  const given = writable(company, definition, body)
  for (const name of uncleared) if (given[name] === null) delete given[name]
  const sparse = body.sparse === true || body.sparse === 'true'
  if (sparse && options.byUser !== true) checkCompanions(definition, given)
  const input = merge(definition, stored, given, sparse || !company.on(26))
  const before = { token: stored.syncToken, active: stored.fields.Active }
  rewrite(company, definition, stored, input, given, options)
  // A voided document that is filled again is an ordinary one (quickbooks.md 10.7).
  if (stored.voided && stored.syncToken !== before.token)
    stored.voided = stored.fields.TotalAmt === 0 && (textOf(stored.fields.PrivateNote) ?? '').startsWith('Voided')
  // On name lists "deleted" means deactivated (quickbooks.md 12.3).
  if (stored.syncToken !== before.token)
    company.changed(definition.name, stored.id, before.active !== false && stored.fields.Active === false ? 'deleted' : 'updated')
  return stored
}

/** Names that no update clears (quickbooks.md 9.2). */
const uncleared = ['DisplayName', 'PrintOnCheckName']

/** Fields that must come along even in sparse updates (quickbooks.md 9.2). */
function checkCompanions({ name }: EntityDefinition, given: Fields): void {
  const needed =
    name === 'Item'
      ? 'Name'
      : name === 'Deposit'
        ? 'DepositToAccountRef'
        : name === 'Purchase'
          ? 'PaymentType'
          : (name === 'Invoice' || name === 'CreditMemo') && given.Line !== undefined
            ? 'CustomerRef'
            : undefined
  if (needed !== undefined && (given[needed] === undefined || given[needed] === null)) throw faults.required(needed)
}

function rewrite(
  company: Company,
  definition: EntityDefinition,
  stored: Stored,
  input: Fields,
  given: Fields,
  options: WriteOptions,
): Stored {
  if (company.depositedBy.has(stored.id) && transactionNames.has(stored.entity) && definition.name !== 'Deposit') throw faults.deposited()
  const deactivated = definition.nameProperty !== undefined && stored.fields.Active !== false && input.Active === false
  if (deactivated && company.on(27)) markDeleted(company, definition, stored, input)
  const reactivated = definition.nameProperty !== undefined && stored.fields.Active === false && input.Active === true
  if (reactivated) input[definition.nameProperty!] = withoutDeletedMark(textOf(input[definition.nameProperty!]) ?? '')
  const context: WriteContext = {
    company,
    id: stored.id,
    input,
    given,
    previous: stored,
    include: options.include ?? none,
    now: company.clock.now(),
    importing: false,
  }
  checkReferences(context, definition)
  const computed = definition.compute(context)
  checkClosed(context, definition, textOf(stored.fields.TxnDate), options)
  checkClosed(context, definition, textOf(computed.fields.TxnDate), options)
  if (stored.recorded) keepFacts(computed.fields, { ...stored.fields, ...given })
  if (company.on(25) && sameJson(computed.fields, stored.fields)) return stored
  const before = {
    name: stored.fields.FullyQualifiedName,
    parent: refId(stored.fields.ParentRef),
    number: textOf(stored.fields.DocNumber),
    account: refId(stored.fields.IncomeAccountRef),
  }
  claimName(company, definition, { ...stored, fields: computed.fields }, stored)
  stored.input = computed.input
  stored.fields = computed.fields
  stored.syncToken++
  stored.lastUpdated = context.now
  stored.fresh = false
  if (definition.name === 'Invoice') stored.meta = lastModifiedBy(company)
  claimName(company, definition, stored, undefined)
  company.link(stored, before.parent)
  if (before.name !== stored.fields.FullyQualifiedName) renameDescendants(company, definition, stored)
  company.countNumber(definition.name, before.number, -1)
  company.countNumber(definition.name, textOf(stored.fields.DocNumber), 1)
  company.post(stored, computed.postings)
  company.takeStock(stored, computed.stock)
  computed.after?.(stored)
  if (definition.name === 'Invoice' || definition.name === 'CreditMemo') unapplyExcess(company, stored)
  const accountNow = refId(stored.fields.IncomeAccountRef)
  const moves = definition.name === 'Item' && accountNow !== undefined && before.account !== undefined && accountNow !== before.account
  if (moves && !context.include.has('donotupdateaccountontxns')) moveToAccount(company, stored.id, before.account!, accountNow)
  return stored
}

/** Deletes a transaction: it leaves reads and queries, and stays in CDC as a stub (quickbooks.md 9.3). */
export function remove(company: Company, definition: EntityDefinition, body: Fields, options: WriteOptions = {}): Stored {
  if (!definition.deletable) throw faults.unsupportedOperation(`delete ${definition.name}`)
  const stored = target(company, definition, body, 'inactive')
  release(company, definition, stored, options)
  company.countNumber(definition.name, textOf(stored.fields.DocNumber), -1)
  company.post(stored, [])
  company.takeStock(stored, undefined)
  stored.deleted = true
  stored.syncToken++
  stored.lastUpdated = company.clock.now()
  company.changed(definition.name, stored.id, 'deleted')
  return stored
}

/** What a delete answers: a stub (quickbooks.md 9.3). */
export function deletedAnswer(company: Company, stored: Stored): Fields {
  return company.on(27) ? { domain: 'QBO', status: 'Deleted', Id: stored.id } : read(company, stored)
}

/** Voids a transaction: amounts 0, note "Voided", links gone (quickbooks.md 9.3). */
export function voidTransaction(company: Company, definition: EntityDefinition, body: Fields, options: WriteOptions = {}): Stored {
  if (!definition.voidable) throw faults.unsupportedOperation(`void ${definition.name}`)
  const stored = target(company, definition, body, 'deleted')
  if (stored.voided || !company.on(27)) return stored
  release(company, definition, stored, options)
  const note = textOf(stored.input.PrivateNote)
  const input: Fields = {
    ...stored.input,
    PrivateNote: note === undefined || note === '' ? 'Voided' : `Voided - ${note}`,
    TxnTaxDetail: undefined,
    Deposit: undefined,
    LinkedTxn: undefined,
    ...(definition.name === 'Payment' ? { TotalAmt: 0, Line: [] } : { Line: listOf(stored.input.Line).map(zeroLine) }),
  }
  rewrite(company, definition, stored, input, {}, options)
  stored.voided = true
  company.changed(definition.name, stored.id, 'void')
  return stored
}

function zeroLine(line: Fields): Fields {
  if (line.DetailType === 'GroupLineDetail') return { ...line, GroupLineDetail: { ...fieldsOf(line.GroupLineDetail), Quantity: 0 } }
  const detail = fieldsOf(line.SalesItemLineDetail)
  if (line.DetailType !== 'SalesItemLineDetail') return line.Amount === undefined ? line : { ...line, Amount: 0 }
  const zero: Fields = { ...detail, UnitPrice: undefined, TaxInclusiveAmt: undefined, ...(detail.Qty === undefined ? {} : { Qty: 0 }) }
  return {
    ...line,
    Amount: 0,
    LinkedTxn: undefined,
    SalesItemLineDetail: Object.fromEntries(Object.entries(zero).filter(([, value]) => value !== undefined)),
  }
}

/** Takes a transaction out of everything that links to it, or refuses. */
function release(company: Company, definition: EntityDefinition, stored: Stored, options: WriteOptions): void {
  if (definition.name !== 'Deposit' && company.depositedBy.has(stored.id)) throw faults.deposited()
  const context = { company } as WriteContext
  checkClosed(context, definition, textOf(stored.fields.TxnDate), options)
  if (definition.name === 'Invoice' || definition.name === 'CreditMemo') {
    const paid = (company.applied.get(stored.id)?.size ?? 0) > 0
    if (paid && company.settings.switches.deletePaidInvoice === 'refuse')
      throw faults.business('To delete this transaction you must first delete the payment.')
    unapply(company, stored)
  }
  if (definition.name === 'Payment') company.clearPayment(stored.id)
  if (definition.name === 'Deposit') setDeposited(company, stored.id, new Set())
}

/** The object with what depends on others right now: deposit links, open balances. */
export function read(company: Company, stored: Stored): Fields {
  const rendered = render(company, stored)
  const links = depositLink(company, stored.id)
  if (links.length > 0 && stored.entity !== 'Deposit' && transactionNames.has(stored.entity))
    rendered.LinkedTxn = [...listOf(rendered.LinkedTxn), ...links]
  // With several currencies on, forms show what is open in the home currency too (quickbooks.md 10.15).
  if (isDecimal(rendered.HomeTotalAmt) && isDecimal(rendered.ExchangeRate) && isDecimal(rendered.Balance)) {
    rendered.HomeBalance = money(toCents(multiply(decimal(rendered.Balance), decimal(rendered.ExchangeRate))))
  }
  if (stored.entity === 'Payment') rendered.Line = listOf(rendered.Line).map((line) => lineExtras(company, line))
  return rendered
}

/** Finds what a write names, with the right SyncToken. */
function target(company: Company, definition: EntityDefinition, body: Fields, whenGone: 'deleted' | 'inactive'): Stored {
  const id = textOf(body.Id)
  if (id === undefined) throw faults.required('Id')
  if (!/^\d+$/.test(id) && company.findAny(definition.name, id) === undefined) throw faults.invalidId(id)
  const stored = company.findAny(definition.name, id)
  if (stored === undefined) throw faults.inactive()
  if (stored.deleted) throw whenGone === 'deleted' ? faults.deleted() : faults.inactive()
  const token = textOf(body.SyncToken)
  if (token === undefined) throw faults.required('SyncToken')
  if (token !== String(stored.syncToken) && company.on(25)) throw faults.stale(company.lastUser)
  return stored
}

function writable(company: Company, definition: EntityDefinition, body: Fields): Fields {
  const input = readInput(definition.name, definition.properties, body, {
    unknown: company.on(8) ? 'refuse' : 'drop',
    lengths: company.on(28),
    characters: company.settings.switches.characters,
  })
  for (const name of system) delete input[name]
  // An empty text is no text: it clears, and answers leave unset fields out (quickbooks.md 1.6, 9.2).
  for (const [name, value] of Object.entries(input)) if (value === '') input[name] = null
  return input
}

/** quickbooks.md 9.2: sparse keeps what is left out; full clears it but for a few. Lists are replaced whole. */
function merge(definition: EntityDefinition, stored: Stored, given: Fields, sparse: boolean): Fields {
  if (!sparse) {
    const kept = Object.fromEntries(
      (definition.kept ?? [])
        .filter((name) => given[name] === undefined && stored.input[name] !== undefined)
        .map((name) => [name, stored.input[name]]),
    )
    return { ...kept, ...given }
  }
  const merged: Fields = { ...stored.input, ...given }
  // New lines without a tax detail ask for a new calculation; a note alone leaves an override in place (quickbooks.md 11.2).
  if (given.Line !== undefined && given.TxnTaxDetail === undefined && isFields(merged.TxnTaxDetail)) {
    const code = fieldsOf(merged.TxnTaxDetail).TxnTaxCodeRef
    if (code === undefined) delete merged.TxnTaxDetail
    else merged.TxnTaxDetail = { TxnTaxCodeRef: code }
  }
  return merged
}

/** Every reference that this request sets must exist (2500) and be active (610). */
function checkReferences({ company, given, previous }: WriteContext, definition: EntityDefinition): void {
  if (!company.on(29)) return
  const known = new Set<string>()
  if (previous !== undefined)
    for (const { holder, name } of references(definition.properties, previous.input)) known.add(`${name} ${refId(holder[name])}`)
  for (const { spec, holder, name } of references(definition.properties, given)) {
    const id = refId(holder[name])
    if (id === undefined || spec.to.length === 0) continue
    const found = spec.to.map((entity) => company.find(entity, id)).find((stored) => stored !== undefined)
    if (found === undefined) {
      if (!spec.checked && (name !== 'ItemRef' || id.endsWith('_ITEM_ID'))) continue
      throw faults.reference(company.referenceKind(spec.to[0]!), id)
    }
    if (found.fields.Active === false && !known.has(`${name} ${id}`)) throw faults.inactive()
  }
}

/** TxnDate on or before the closing date: nothing moves any more (6210, quickbooks.md 17.42). */
function checkClosed(
  { company }: Pick<WriteContext, 'company'>,
  definition: EntityDefinition,
  date: string | undefined,
  options: WriteOptions,
): void {
  if (!transactionNames.has(definition.name) || options.byUser || !company.on(42)) return
  const closed = textOf(company.preferences('AccountingInfoPrefs').BookCloseDate)
  if (closed !== undefined && date !== undefined && date <= closed) throw faults.closed()
}

function markDeleted(company: Company, definition: EntityDefinition, stored: Stored, input: Fields): void {
  if (definition.name === 'Customer' && company.customerBalance(stored.id) !== 0n) throw faults.openBalance()
  const property = definition.nameProperty!
  const name = textOf(input[property] ?? stored.fields[property]) ?? ''
  if (!/ \(deleted\)$/i.test(name)) input[property] = `${name} (deleted)`
}
