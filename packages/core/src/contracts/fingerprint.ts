/** By what a person recognises a document: not proof that two are the same, but what has to agree when they are. */
export interface Fingerprint {
  /** Its number or reference. */
  number?: string
  /** Its date, as `2026-11-22`. */
  day?: string
  /** Id of its customer in the target. */
  customer?: string
  /** As plain decimal text. */
  total?: string
  currency?: string
  /** What Syncline left in it when it wrote it. */
  marker?: string
  /** The system that it says to come from, where records say so. */
  origin?: string
  /** For a payment: the documents that it is for. Empty: it is for none. */
  pays?: { stream: string; id: string }[]
  /** It was voided, made inactive or put in the trash. */
  removed?: boolean
}

/** How a stream's records and what is wanted of them are recognised. Both are pure. */
export interface FingerprintSpec<Record, Input> {
  of: (record: Record) => Fingerprint
  /** References that are not known yet are left out. */
  wanted: (input: Input) => Fingerprint
}
