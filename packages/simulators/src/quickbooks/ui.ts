import type { Company } from './company.ts'
import { entityByName } from './entities/registry.ts'
import { faults, QboFault } from './fault.ts'
import { importObject } from './import-object.ts'
import { mergeRows } from './merge.ts'
import type { OAuth } from './oauth.ts'
import { create, read, remove, update, voidTransaction } from './operations.ts'
import { fieldsOf, isFields, textOf, type Fields } from './values.ts'

/**
 * What a bookkeeper does in QuickBooks itself: `{ action, entity, id, fields }` with action `create`, `edit`, `delete`,
 * `void`, `merge` (`id` stays, `loser` goes), `close-books` (`date`, or null to open them), `disconnect`. Edits name no SyncToken: the UI always has the newest.
 */
export function actAsUser(company: Company, body: Fields, oauth: OAuth, realmId?: string): Fields {
  const action = textOf(body.action)
  if (action === 'close-books') return closeBooks(company, textOf(body.date))
  if (action === 'disconnect') {
    oauth.disconnect(realmId)
    return { ok: true }
  }
  const definition = entityByName(textOf(body.entity) ?? '')
  if (definition === undefined) throw new QboFault({ Message: `unknown entity ${String(body.entity)}`, code: 'sim' })
  const fields = fieldsOf(body.fields)
  // Bundles are made in the UI only (quickbooks.md 10.3).
  if (action === 'create' && definition.name === 'Item' && fields.Type === 'Group') {
    const bundle = importObject(company, 'Item', fields)
    company.changed('Item', bundle.id, 'created')
    return { Item: read(company, bundle) }
  }
  if (action === 'create') return { [definition.name]: read(company, create(company, definition, fields, { byUser: true })) }
  if (action === 'merge') return mergeRows(company, definition.name, textOf(body.id) ?? '', textOf(body.loser) ?? '')
  const stored = company.find(definition.name, textOf(body.id))
  if (stored === undefined) throw faults.inactive()
  const named = { Id: stored.id, SyncToken: String(stored.syncToken) }
  if (action === 'edit')
    return { [definition.name]: read(company, update(company, definition, { ...fields, ...named, sparse: true }, { byUser: true })) }
  if (action === 'delete') return { [definition.name]: { Id: remove(company, definition, named, { byUser: true }).id, status: 'Deleted' } }
  if (action === 'void') return { [definition.name]: read(company, voidTransaction(company, definition, named, { byUser: true })) }
  throw new QboFault({ Message: `unknown action ${String(body.action)}`, code: 'sim' })
}

/** Books close in the UI only; the API reads the date in Preferences (quickbooks.md 10.13). */
function closeBooks(company: Company, date: string | undefined): Fields {
  const preferences = company.find('Preferences', '1')!
  const section = { ...(isFields(preferences.fields.AccountingInfoPrefs) ? preferences.fields.AccountingInfoPrefs : {}) }
  if (date === undefined) delete section.BookCloseDate
  else section.BookCloseDate = date
  preferences.fields = { ...preferences.fields, AccountingInfoPrefs: section }
  preferences.input = { ...preferences.input, AccountingInfoPrefs: section }
  preferences.syncToken++
  preferences.lastUpdated = company.clock.now()
  company.changed('Preferences', '1', 'updated')
  return { closed: date ?? null }
}
