import { fileURLToPath } from 'node:url'

/** The recorded session beside the project; it may be missing. */
export const recordings: string = fileURLToPath(new URL('../../../../../shared/contracts/woocommerce', import.meta.url))

/** Where the simulator is known to differ from the recorded session, and why it must. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  '315-products-modified-after.json':
    'The recording’s clock ticked inside a request, so that two products of one request have two seconds; a request of the simulator takes no time, and they swap.',
  '354-webhook-ping-on-create.json':
    'No webhook: WordPress fetching a product image from the consumer’s address, filed as a ping. Images are not downloaded here.',
}
