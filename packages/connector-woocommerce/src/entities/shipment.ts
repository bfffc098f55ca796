import type { Shipment } from '@syncline/core'
import { z } from 'zod'

/** What the tracking plugins keep in `_wc_shipment_tracking_items`: one entry a parcel. */
const Parcel = z.looseObject({
  tracking_provider: z.string().nullish(),
  custom_tracking_provider: z.string().nullish(),
  tracking_number: z.union([z.string(), z.number()]).nullish(),
  date_shipped: z.union([z.string(), z.number()]).nullish(),
})

/** The first parcel of an order, where a plugin keeps one: the books have room for one number. */
export function shipmentOf(entries: readonly { key?: string | null; value?: unknown }[] | null | undefined): { shipment?: Shipment } {
  const value = entries?.find(({ key }) => key === '_wc_shipment_tracking_items')?.value
  const parcel = Array.isArray(value) ? Parcel.safeParse(value[0]).data : undefined
  if (parcel === undefined) return {}
  const carrier = parcel.custom_tracking_provider || parcel.tracking_provider || undefined
  const number = parcel.tracking_number === null || parcel.tracking_number === undefined ? '' : String(parcel.tracking_number).trim()
  const seconds = Number(parcel.date_shipped ?? Number.NaN)
  const shipment: Shipment = {
    ...(carrier !== undefined && { carrier }),
    ...(number !== '' && { trackingNumber: number }),
    ...(Number.isFinite(seconds) && seconds > 0 && { shippedOn: new Date(seconds * 1000).toISOString().slice(0, 10) }),
  }
  return Object.keys(shipment).length === 0 ? {} : { shipment }
}
