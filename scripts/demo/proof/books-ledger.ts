import type { LedgerDocument } from '@syncline/simulators'

export type BooksDocument = LedgerDocument

export interface BooksAccount {
  id: string
  name: string
  accountType: string
}

export interface BooksCustomer {
  Id: string
  DisplayName: string
  PrimaryEmailAddr?: { Address?: string }
  CurrencyRef?: { value: string }
  Active?: boolean
}

export interface BooksItem {
  Id: string
  Name: string
  Sku?: string
  Type: string
  IncomeAccountRef?: { value: string }
}

/** All that the books truly hold. */
export interface Books {
  company: { country: string; currency: string; tax: string }
  accounts: BooksAccount[]
  customers: BooksCustomer[]
  items: BooksItem[]
  documents: BooksDocument[]
}

const pageSize = 5_000

/** Reads the books' ledger from the simulator's control plane, page by page; of its first company unless another is named. */
export async function readBooks(url: string, realm?: string): Promise<Books> {
  const books: Books = { company: { country: '', currency: '', tax: '' }, accounts: [], customers: [], items: [], documents: [] }
  for (let offset: number | undefined = 0; offset !== undefined;) {
    const answer: Response = await fetch(
      `${url}/__sim/ledger?offset=${offset}&limit=${pageSize}${realm === undefined ? '' : `&realm=${realm}`}`,
    )
    if (!answer.ok) throw new Error(`The books' ledger answered ${answer.status}.`)
    const page = (await answer.json()) as Partial<Books> & { next?: number }
    books.company = page.company ?? books.company
    books.accounts.push(...(page.accounts ?? []))
    books.customers.push(...(page.customers ?? []))
    books.items.push(...(page.items ?? []))
    books.documents.push(...(page.documents ?? []))
    offset = page.next
  }
  return books
}
