import type { Company } from './company.ts'
import type { Stored } from './stored.ts'
import type { EntityDefinition } from './entities/definition.ts'
import { checkEmail } from './entities/party.ts'
import { faults } from './fault.ts'
import { metaTime } from './time.ts'
import { fieldsOf, textOf } from './values.ts'

/** Sends a form by mail: status, delivery info and LastUpdatedTime move, the SyncToken stays (quickbooks.md 17.47). */
export function send(company: Company, definition: EntityDefinition, id: string, sendTo: string | null): Stored {
  if (!definition.sendable) throw faults.unsupportedOperation(`send ${definition.name}`)
  const stored = company.findAny(definition.name, id)
  if (stored === undefined) throw faults.inactive()
  if (stored.deleted) throw faults.deleted()
  const address = sendTo ?? textOf(fieldsOf(stored.fields.BillEmail).Address)
  if (address === undefined || address === '') throw faults.business('There is no email address to send this form to.')
  checkEmail({ Address: address })
  const now = company.clock.now()
  if (!company.on(47)) return stored
  if (definition.name !== 'Payment') {
    // Another address in the URL does not replace the form's own.
    stored.fields.BillEmail ??= { Address: address }
    stored.input.BillEmail ??= { Address: address }
    stored.fields.EmailStatus = 'EmailSent'
    stored.input.EmailStatus = 'EmailSent'
    stored.fields.DeliveryInfo = { DeliveryType: 'Email', DeliveryTime: metaTime(now) }
    stored.input.DeliveryInfo = stored.fields.DeliveryInfo
  }
  stored.lastUpdated = now
  company.changed(definition.name, stored.id, 'emailed')
  return stored
}
