/** How a field of a posted document is made, as its target knows it. */
export interface FieldOrigin {
  /** In words: "The net amount of the line, in whole minor units." */
  rule: string
  /** Paths into the source entity, as mappings write them: `lines[key=12].total`. */
  sources: string[]
  /** Settings of the policy that had a part in it: `taxCodes.1`. */
  policy: string[]
}

/** What a field is explained from: the entity as its source tells it now, and what was sent. */
export interface ExplainContext<Ent, Policy> {
  /** Undefined where the source cannot be asked for it any more. */
  entity: Ent | undefined
  role: string
  stream: string
  /** The input as it was last agreed on, references still open. */
  input: { [field: string]: unknown }
  policy: Policy
  source: unknown
  target: unknown
}
