import type { Found, Remote, Slot } from '@syncline/core'

/** Where the marker of a create is kept, besides `created_via` of orders and the reason of refunds. */
export const markerKey = '_syncline_marker'

interface Marked {
  meta_data?: { key?: string | null; value?: unknown }[] | null
}

/** Markers are compared without regard to case and cut at 100 characters (woocommerce.md 19). */
export function shopMarker(marker: string): string {
  return marker
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .slice(0, 100)
}

/** The entries with the marker added: on creates only, so that an update changes nothing but what it means to. */
export function withMarkerMeta(meta: { key: string; value: unknown }[] | undefined, marker: string): { key: string; value: unknown }[] {
  return [...(meta ?? []), { key: markerKey, value: shopMarker(marker) }]
}

export function carriesMarker(record: Marked, marker: string | undefined): boolean {
  return marker !== undefined && (record.meta_data ?? []).some(({ key, value }) => key === markerKey && value === shopMarker(marker))
}

/** `billing.email: ""` is refused although the API writes it itself (woocommerce.md 6.2). */
export function withoutEmptyEmail<T extends { email?: string | undefined }>(billing: T | undefined): T | undefined {
  if (billing?.email !== '') return billing
  const { email: _, ...rest } = billing
  return rest as T
}

/** The same text, if it is one: a slot that is not filled yet compares with nothing. */
export function idText(id: number | string | Slot | undefined): string | undefined {
  return typeof id === 'number' || typeof id === 'string' ? String(id) : undefined
}

export function found<Record extends Marked>(
  remote: Remote<Record>,
  marker: string | undefined,
  reason: string | undefined,
): Found<Record> {
  return {
    ...remote,
    marked: carriesMarker(remote.record, marker),
    plausible: reason === undefined,
    ...(reason !== undefined && { reason }),
  }
}

/** Fields that go away are said to be empty: the shop takes no nothing for a text, and leaves alone what is not named (woocommerce.md 5). */
export function cleared(input: object): object {
  return Object.fromEntries(
    Object.entries(input).map(([field, value]) => [field, value === null && field !== 'stock_quantity' ? '' : (value as unknown)]),
  )
}
