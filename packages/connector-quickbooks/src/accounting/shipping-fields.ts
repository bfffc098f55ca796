import type { Order } from '@syncline/core'
import type { Company } from '../company/company.ts'
import { oneLine } from '../text.ts'

/** When and how the goods went out: sales forms have room for it where the company ships (quickbooks.md 10.4). */
export function shippingFields({ shipment }: Order, { allowShipping }: Company): { [field: string]: unknown } {
  if (!allowShipping || shipment === undefined) return {}
  const carrier = oneLine(shipment.carrier ?? '', 31)
  const tracking = oneLine(shipment.trackingNumber ?? '', 31)
  return {
    ...(shipment.shippedOn !== undefined && { ShipDate: shipment.shippedOn }),
    ...(tracking !== '' && { TrackingNum: tracking }),
    // Free text, in the clothes of a reference.
    ...(carrier !== '' && { ShipMethodRef: { value: carrier, name: carrier } }),
  }
}
