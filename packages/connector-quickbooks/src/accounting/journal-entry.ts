/** A movement of one account in a summary, under one class and location. Its name tells all of it, so that movements of a day add up by name. */
export interface Entry {
  /** Id of the account. */
  account: string
  class?: string | undefined
  location?: string | undefined
  /** What the line says: "Sales". */
  label: string
}

/** `<account>/<class>/<location>/<label>` */
export function entryName({ account, class: own = '', location = '', label }: Entry): string {
  return [account, own, location, label].join('/')
}

/** Undefined for a name that is no movement. */
export function readEntry(name: string): Entry | undefined {
  const [account, own, location, ...label] = name.split('/')
  if (account === undefined || label.length === 0) return undefined
  return { account, class: own || undefined, location: location || undefined, label: label.join('/') }
}
