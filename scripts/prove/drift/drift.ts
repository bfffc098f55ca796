import type { DriftFinding, DriftKind, DriftReport } from '@syncline/core'
import type { LedgerDocument } from '@syncline/simulators'
import { Office } from '../../../test/books/office.ts'

/** One difference that was made on purpose. */
export interface Planted {
  kind: DriftKind
  /** The document of the books it is about, or the order that is missing there. */
  about: string
}

export interface DriftProof {
  planted: Planted[]
  found: Planted[]
  /** Planted and not found, found and not planted. */
  missed: Planted[]
  invented: Planted[]
  /** What the repair left: everything that needs no decision is gone. */
  afterRepair: Planted[]
  report: DriftReport
}

const kinds = ['missing', 'extra', 'different_amount', 'edited', 'orphaned_payment', 'duplicate'] as const

/**
 * A shop and books that agree; then so many differences of each kind are made by the shop's owner and the bookkeeper, beside changes that are
 * none: what the report finds must be exactly what was made.
 */
export async function proveDrift({ each, progress }: { each: number; progress?: (done: string) => void }): Promise<DriftProof> {
  const office = await Office.open({ gateways: { cheque: { class: 'deferred', account: 'Undeposited Funds' } } })
  try {
    const orders = await fill(office, each)
    progress?.(`${orders.length} orders posted`)
    const before = await office.acme.reconcile('orders-to-books')
    if (before.findings.length > 0) throw new Error(`There is drift before any was made: ${JSON.stringify(before.findings.slice(0, 3))}`)
    const planted = await plant(office, orders, each)
    progress?.(`${planted.length} differences made`)
    const report = await office.acme.reconcile('orders-to-books', {}, { repair: true })
    const found = report.findings.map(shown)
    progress?.(`${found.length} found`)
    const afterRepair = await repaired(office, report)
    return { planted, found, missed: without(planted, found), invented: without(found, planted), afterRepair, report }
  } finally {
    await office.close()
  }
}

function shown({ kind, key, target }: DriftFinding): Planted {
  return { kind, about: target === undefined ? `order ${key}` : `${target.stream}/${target.id}` }
}

function without(left: readonly Planted[], right: readonly Planted[]): Planted[] {
  const names = right.map(({ kind, about }) => `${kind} ${about}`)
  return left.filter(({ kind, about }) => {
    const at = names.indexOf(`${kind} ${about}`)
    if (at >= 0) names.splice(at, 1)
    return at < 0
  })
}

interface Posted {
  id: number
  sale: LedgerDocument
  payment?: LedgerDocument
}

/** Twice as many orders as differences of each kind: half of them stay as they are. */
async function fill(office: Office, each: number): Promise<Posted[]> {
  const made: { id: number; how: 'by card' | 'by cheque' | 'not yet' }[] = []
  for (let number = 0; number < each * (kinds.length + 2) * 2; number++) {
    const how = (['by card', 'by card', 'by cheque', 'not yet'] as const)[number % 4]!
    const { id } = await office.order(
      how === 'by card' ? {} : { payment_method: 'cheque', status: how === 'by cheque' ? 'processing' : 'on-hold' },
    )
    made.push({ id, how })
  }
  await office.sync()
  const documents = await office.ledger()
  return made.map(({ id, how }) => {
    const sale = documents.find(
      ({ entity, docNumber }) => entity === (how === 'by card' ? 'SalesReceipt' : 'Invoice') && docNumber === String(id),
    )
    if (sale === undefined) throw new Error(`Order ${id} was not posted: ${documents.map(({ entity }) => entity).join(', ')}`)
    const payment = documents.find(({ entity, links }) => entity === 'Payment' && links.some((link) => link.id === sale.id))
    return { id, sale, ...(payment && { payment }) }
  })
}

async function plant(office: Office, orders: readonly Posted[], each: number): Promise<Planted[]> {
  const planted: Planted[] = []
  const receipts = orders.filter(({ sale }) => sale.entity === 'SalesReceipt')
  const invoices = orders.filter(({ payment }) => payment !== undefined)
  const unpaid = orders.filter(({ sale, payment }) => sale.entity === 'Invoice' && payment === undefined)
  const next = () => receipts.shift()!
  const nameOf = ({ entity, id }: LedgerDocument) => `${streams[entity] ?? entity}/${id}`
  for (let number = 0; number < each; number++) {
    const deleted = next()
    await office.bookkeeper({ action: 'delete', entity: 'SalesReceipt', id: deleted.sale.id })
    planted.push({ kind: 'missing', about: `order ${deleted.id}` })

    // A paid document is for a person to decide about; an unpaid one goes.
    const gone = unpaid.shift()!
    await office.shop('DELETE', `orders/${gone.id}?force=true`)
    planted.push({ kind: 'extra', about: nameOf(gone.sale) })

    const dearer = next()
    await office.shop('PUT', `orders/${dearer.id}`, { fee_lines: [{ name: 'Gift wrap', total: '5.00', tax_status: 'none' }] })
    planted.push({ kind: 'different_amount', about: nameOf(dearer.sale) })

    const edited = next()
    await office.bookkeeper({
      action: 'edit',
      entity: 'SalesReceipt',
      id: edited.sale.id,
      fields: { CustomerMemo: { value: 'Called them' }, PrivateNote: 'Mine' },
    })
    planted.push({ kind: 'edited', about: nameOf(edited.sale) })

    const twice = next()
    const content = await office.read('SalesReceipt', twice.sale.id)
    planted.push({ kind: 'duplicate', about: `salesReceipts/${await office.postAgain(twice.sale.id)}` })

    const orphan = invoices.shift()!
    await office.bookkeeper({ action: 'edit', entity: 'Payment', id: orphan.payment!.id, fields: { Line: [] } })
    planted.push({ kind: 'orphaned_payment', about: nameOf(orphan.payment!) })

    // None of these is drift: an invoice of the bookkeeper's own, a payment that moves its invoice's version, a touched order.
    const { CustomerRef } = await office.read('SalesReceipt', edited.sale.id)
    await office.bookkeeper({
      action: 'create',
      entity: 'Invoice',
      fields: { CustomerRef, DocNumber: `OWN-${number}`, Line: linesOf(content) },
    })
    await office.shop('PUT', `orders/${next().id}`, {})
  }
  return planted
}

const streams: { [entity: string]: string } = { SalesReceipt: 'salesReceipts', Invoice: 'invoices', Payment: 'payments' }

function linesOf({ Line: lines }: { [field: string]: unknown }): unknown[] {
  return (lines as { DetailType: string }[]).filter(({ DetailType }) => DetailType === 'SalesItemLineDetail')
}

/** Applies the repair plan and compares once more. */
async function repaired(office: Office, { plan: id }: DriftReport): Promise<Planted[]> {
  if (id === undefined) throw new Error('There is nothing to repair, they say.')
  const { confirmation } = await office.acme.getPlan(id)
  await office.acme.apply(id, { confirm: confirmation?.token })
  return (await office.acme.reconcile('orders-to-books')).findings.map(shown)
}
