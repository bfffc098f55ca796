import type { QuickBooks } from '../quickbooks.ts'
import type { EntityName } from '../entities/names.ts'
import { create } from '../operations.ts'
import { registry } from '../entities/registry.ts'
import { importObject } from '../import-object.ts'
import { createTaxCode } from '../tax-service.ts'
import { actAsUser } from '../ui.ts'
import { fieldsOf, textOf, type Fields } from '../values.ts'
import { implyReferences } from './implied.ts'

/** A small form with that id, as a write in a recording implies. */
export function implyForm(sim: QuickBooks, entity: EntityName, sent: Fields, { token }: { token: number }): void {
  const { company } = sim
  const id = String(sent.Id)
  if (company.findAny(entity, id) !== undefined) return
  implyReferences(company, { CustomerRef: { value: '1' }, ItemRef: { value: '1' }, DepositToAccountRef: { value: '35', name: 'Checking' } })
  const line = {
    Id: '1',
    Amount: 337.5,
    DetailType: 'SalesItemLineDetail',
    SalesItemLineDetail: { ItemRef: { value: '1' }, TaxCodeRef: { value: 'NON' } },
  }
  const base: Fields = { Id: id, SyncToken: String(token), CustomerRef: { value: '1' }, TxnDate: '2014-09-14' }
  if (entity === 'Payment') importObject(company, entity, { ...base, TotalAmt: 100 })
  else
    importObject(company, entity, {
      ...base,
      DocNumber: `F-${id}`,
      Line: [line],
      ...(entity === 'RefundReceipt' ? { DepositToAccountRef: { value: '35' } } : {}),
    })
}

/** The state in which the platform refuses with that code: each says what must be so before the request. */
const refusals: Record<
  string,
  (sim: QuickBooks, context: { entity: EntityName | undefined; sent: Fields; detail: string; deleting: boolean }) => void
> = {
  '120': (sim) => {
    sim.switches.userLostAccess = true
  },
  '610': (sim, { entity, sent, detail }) => {
    if (entity === undefined || !detail.includes('deleted')) return
    implyForm(sim, entity, sent, { token: Number(textOf(sent.SyncToken) ?? 0) })
    actAsUser(sim.company, { action: 'delete', entity, id: textOf(sent.Id) }, sim.oauth)
  },
  '5010': (sim, { entity, sent, detail }) => {
    const user = /You and (.+?) were working/.exec(detail)?.[1]
    if (user !== undefined) sim.company.lastUser = user
    if (entity !== undefined) implyForm(sim, entity, sent, { token: Number(textOf(sent.SyncToken) ?? 0) + 1 })
  },
  '6140': (sim, { entity, sent }) => {
    sim.company.find('Preferences', '1')!.fields.SalesFormsPrefs = { ...sim.company.preferences('SalesFormsPrefs'), CustomTxnNumbers: true }
    if (entity !== undefined) create(sim.company, registry[entity], sent)
  },
  '6190': (sim) => {
    sim.switches.lapsed = true
  },
  '6210': (sim, { entity, sent }) => {
    if (entity !== undefined) implyForm(sim, entity, sent, { token: Number(textOf(sent.SyncToken) ?? 0) })
    actAsUser(sim.company, { action: 'close-books', date: '2014-06-30' }, sim.oauth)
  },
  '6240': (sim, { entity, sent }) => {
    if (entity !== undefined) create(sim.company, registry[entity], sent)
    else createTaxCode(sim.company, { ...sent, TaxCode: 'Another code' })
  },
  '6540': (sim, { entity, sent }) => {
    if (entity === undefined) return
    implyForm(sim, entity, sent, { token: Number(textOf(sent.SyncToken) ?? 0) })
    sim.company.depositedBy.set(String(sent.Id), 'a-deposit')
  },
}

/** Brings the company into the state that a fault implies. */
export function implyRefusal(
  sim: QuickBooks,
  code: string,
  entity: EntityName | undefined,
  sent: unknown,
  detail: string,
  deleting: boolean,
): void {
  refusals[code]?.(sim, { entity, sent: fieldsOf(sent), detail, deleting })
}
