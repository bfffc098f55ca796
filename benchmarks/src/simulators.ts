import type { Section } from './figure.ts'
import { bench as quickbooks } from './simulators-quickbooks.ts'
import { bench as woocommerce } from './simulators-woocommerce.ts'

/** Requests per second and memory of the simulators, each measured by its own file. */
export async function simulators(): Promise<Section[]> {
  return [await woocommerce(), await quickbooks()].flat()
}
