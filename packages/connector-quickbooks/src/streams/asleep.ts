import type { Company } from '../company/company.ts'

/**
 * Whether the company's list of inactive items or customers names this record. The list is read daily, so one that was written since (its
 * version is newer than the list's) counts as active.
 */
export function isAsleep(list: 'items' | 'customers', record: { id: string; version: string | undefined }, settings: unknown): boolean {
  const listed = (settings as Partial<Company> | undefined)?.inactive?.[list].find(({ id }) => id === record.id)
  return listed !== undefined && (record.version === undefined || Number(listed.version) >= Number(record.version))
}
