import type { Books, BooksDocument } from './books-ledger.ts'
import type { Buyers } from './buyers.ts'
import type { Catalogue } from './catalogue.ts'
import { compareContent, differs } from './compare-document.ts'
import type { Expectation, ExpectedRefund, ExpectedSale } from './expectation.ts'
import type { Difference, Findings } from './findings.ts'
import { amount, words, zero, type Amount } from './money.ts'
import type { TaxCodes } from './tax-codes.ts'

export interface Comparison {
  books: Books
  buyers: Buyers
  catalogue: Catalogue
  taxCodes: TaxCodes
  /** True when a record was put aside, so that nothing has to be there. */
  isParked: (entity: 'order' | 'refund', key: number) => boolean
  findings: Findings
}

const kindNames: Record<string, string> = {
  SalesReceipt: 'sales receipt',
  Invoice: 'invoice',
  Payment: 'payment',
  RefundReceipt: 'refund receipt',
  CreditMemo: 'credit memo',
}

/** Every expected document against the books, then every document of the books that nothing explains. */
export function compareBooks(expectations: readonly Expectation[], comparison: Comparison): void {
  const ledger = new Ledger(comparison.books)
  for (const expectation of expectations) compareOrder(expectation, ledger, comparison)
  for (const document of ledger.unexplained()) {
    const number = document.docNumber === undefined ? '' : ` ${document.docNumber}`
    const field = ledger.isDuplicate(document) ? 'duplicate' : 'document'
    comparison.findings.add('document', document.id, [
      { field, shop: 'nothing', books: `${kindNames[document.entity] ?? document.entity}${number} of ${document.total}` },
    ])
  }
}

/** Documents of the books by what they say about themselves; each can explain one record only. */
class Ledger {
  private readonly taken = new Set<string>()
  private readonly live: BooksDocument[]
  private readonly byNumber: Map<string | undefined, BooksDocument[]>
  private readonly byLink: Map<string, BooksDocument[]>
  readonly accounts: Map<string, string>

  constructor(books: Books) {
    this.accounts = new Map(books.accounts.map((account) => [account.id, account.name]))
    this.live = books.documents.filter((document) => document.state === 'live')
    this.byNumber = Map.groupBy(
      this.live.filter((document) => document.entity !== 'Payment'),
      (document) => document.docNumber,
    )
    this.byLink = new Map()
    for (const payment of this.live) {
      if (payment.entity !== 'Payment') continue
      for (const { id } of payment.links) this.byLink.set(id, [...(this.byLink.get(id) ?? []), payment])
    }
  }

  take(number: string, kinds: readonly string[]): BooksDocument | undefined {
    return this.claim(this.byNumber.get(number)?.find((document) => kinds.includes(document.entity) && !this.taken.has(document.id)))
  }

  takePayment(of: string, test: (payment: BooksDocument) => boolean): BooksDocument | undefined {
    return this.claim(this.byLink.get(of)?.find((payment) => !this.taken.has(payment.id) && test(payment)))
  }

  unexplained(): BooksDocument[] {
    return this.live.filter((document) => !this.taken.has(document.id))
  }

  isDuplicate(document: BooksDocument): boolean {
    const twins =
      document.entity === 'Payment'
        ? document.links.flatMap(({ id }) => this.byLink.get(id) ?? [])
        : document.docNumber === undefined
          ? []
          : (this.byNumber.get(document.docNumber) ?? [])
    return twins.some((twin) => twin.id !== document.id && this.taken.has(twin.id))
  }

  private claim(document: BooksDocument | undefined): BooksDocument | undefined {
    if (document !== undefined) this.taken.add(document.id)
    return document
  }
}

function compareOrder({ order, sale, refunds, refused, refundsRefused }: Expectation, ledger: Ledger, comparison: Comparison): void {
  const { findings, isParked } = comparison
  const parked = isParked('order', order.id)
  if (refused !== undefined && !parked)
    findings.add('order', String(order.id), [{ field: 'put aside', shop: refused, books: 'not put aside' }])
  const document = sale && ledger.take(sale.number, ['SalesReceipt', 'Invoice'])
  if (sale !== undefined && (document !== undefined || !parked))
    findings.add('order', String(order.id), compareSale(sale, document, order, comparison))
  if (sale?.payment !== undefined && document?.entity === 'Invoice')
    comparePayment(sale.payment, document, parked, order, ledger, comparison)
  if (refundsRefused !== undefined && !order.refunds.every((refund) => parked || isParked('refund', refund.id)))
    findings.add('order', String(order.id), [{ field: 'refunds put aside', shop: refundsRefused, books: 'not put aside' }])
  for (const refund of refunds) compareRefund(refund, document, order, ledger, comparison)
}

function compareSale(
  sale: ExpectedSale,
  document: BooksDocument | undefined,
  order: Expectation['order'],
  comparison: Comparison,
): Difference[] {
  if (document === undefined)
    return [{ field: 'document', shop: `${kindNames[sale.kind]} of ${words(sale.total)}`, books: 'neither there nor put aside' }]
  return [
    ...sameKind(sale.kind, document),
    ...comparison.buyers.differences(order, document.customerId),
    ...sameCurrency(order.currency, document),
    ...compareContent(sale, document, comparison.catalogue, comparison.taxCodes.perRate),
    ...comparison.taxCodes.differences(sale, document),
    ...(sale.kind === 'SalesReceipt'
      ? sameAccount(sale.account, document, comparison)
      : differs('still owed', sale.balance, amount(document.balance))),
  ]
}

function comparePayment(
  { total, account }: { total: Amount; account: string },
  invoice: BooksDocument,
  parked: boolean,
  order: Expectation['order'],
  ledger: Ledger,
  comparison: Comparison,
): void {
  const payment = ledger.takePayment(invoice.id, (candidate) => !amount(candidate.total).eq(0))
  if (payment === undefined) {
    if (!parked)
      comparison.findings.add('payment', String(order.id), [
        { field: 'document', shop: `payment of ${words(total)}`, books: 'neither there nor put aside' },
      ])
    return
  }
  const linked = payment.links.find(({ id }) => id === invoice.id)
  comparison.findings.add('payment', String(order.id), [
    ...comparison.buyers.differences(order, payment.customerId),
    ...sameCurrency(order.currency, payment),
    ...differs('total', total, amount(payment.total)),
    ...differs('paid on the invoice', total, amount(linked?.amount)),
    ...sameAccount(account, payment, comparison),
  ])
}

function compareRefund(
  refund: ExpectedRefund,
  sale: BooksDocument | undefined,
  order: Expectation['order'],
  ledger: Ledger,
  comparison: Comparison,
): void {
  const { findings, buyers, catalogue, taxCodes, isParked } = comparison
  const document = ledger.take(refund.number, ['RefundReceipt', 'CreditMemo'])
  if (document === undefined) {
    // A refund waits for its order.
    if (!isParked('refund', refund.id) && !isParked('order', order.id))
      findings.add('refund', String(refund.id), [
        { field: 'document', shop: `${kindNames[refund.kind]} of ${words(refund.total)}`, books: 'neither there nor put aside' },
      ])
    return
  }
  const applied =
    refund.kind === 'CreditMemo' && sale !== undefined
      ? ledger.takePayment(document.id, (payment) => amount(payment.total).eq(0))
      : undefined
  const credit = amount(applied?.links.find(({ id }) => id === sale?.id)?.amount)
  findings.add('refund', String(refund.id), [
    ...sameKind(refund.kind, document),
    ...buyers.differences(order, document.customerId),
    ...sameCurrency(order.currency, document),
    ...compareContent(refund, document, catalogue, taxCodes.perRate),
    ...taxCodes.differences(refund, document),
    ...(refund.kind === 'RefundReceipt'
      ? sameAccount(refund.account, document, comparison)
      : [...differs('applied to the invoice', refund.total, credit), ...differs('credit left', zero, amount(document.balance))]),
  ])
}

function sameKind(kind: string, document: BooksDocument): Difference[] {
  return document.entity === kind
    ? []
    : [{ field: 'document', shop: kindNames[kind] ?? kind, books: kindNames[document.entity] ?? document.entity }]
}

function sameCurrency(currency: string, document: BooksDocument): Difference[] {
  return document.currency === currency ? [] : [{ field: 'currency', shop: currency, books: document.currency ?? 'none' }]
}

/** The money lies where the gateway's money lies, all of it. */
function sameAccount(wanted: string | undefined, document: BooksDocument, { books }: Comparison): Difference[] {
  const moved = document.movements.filter((movement) => movement.role === 'total')
  const id = document.depositToAccountId
  const account = books.accounts.find((candidate) => candidate.id === id)?.name ?? 'none'
  const whole = moved.every((movement) => movement.accountId === id && amount(movement.amount).abs().eq(amount(document.total)))
  if (account === wanted && whole) return []
  return [
    {
      field: 'account of the money',
      shop: wanted ?? 'none',
      books: whole ? account : moved.map((movement) => `${movement.amount} on ${movement.account}`).join(' and '),
    },
  ]
}
