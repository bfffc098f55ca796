import type { EntityName } from '../../entities/common.ts'
import { maskText } from '../../redaction/mask.ts'

/** What may stand in a text that masking by value would look at closely. */
const suspicious = /@|\d{7}|\+\d/

/** What a log calls a document: its own title, unless that names a person. */
export function shownTitle(entity: EntityName, title: string, key: string): string {
  if (entity === 'customer') return `customer ${suspicious.test(key) ? maskText(key) : key}`
  return suspicious.test(title) ? maskText(title) : title
}
