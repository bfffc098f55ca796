/** A record that the engine put aside, as its host reports it. */
export interface Parked {
  entity: string
  key: string
  pipeline: string
  code: string
  message: string
}

export interface GatewaySetting {
  class: 'captured' | 'deferred' | 'on_delivery'
  account?: string
}

/** What the proof is asked: where the platforms are, what a bookkeeper chose, and what was put aside. */
export interface Question {
  woocommerce: { url: string }
  quickbooks: { url: string }
  supabase?: { databaseUrl: string; tenantId: string }
  /** Of the books, as a check that these are the right ones. */
  country: string
  parked: Parked[]
  /** By the shop's gateway id; added to the ones that are plain from what they are. */
  gateways?: Record<string, GatewaySetting>
  /** Name of the tax code in the books for each combination of shop rates, ids joined with `+`. */
  taxCodes?: Record<string, string>
}

/** The question from the command line. Throws an Error in plain words when it cannot be read. */
export function readQuestion(text: string | undefined): Question {
  if (text === undefined) throw new Error('The proof takes one argument: a JSON object that names the platforms.')
  const question = JSON.parse(text) as Partial<Question>
  if (typeof question.woocommerce?.url !== 'string' || typeof question.quickbooks?.url !== 'string')
    throw new Error('The proof needs woocommerce.url and quickbooks.url.')
  if (typeof question.country !== 'string') throw new Error('The proof needs the country of the books, such as "CA".')
  return { ...question, parked: question.parked ?? [] } as Question
}
