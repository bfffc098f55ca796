import type { Store } from './store.ts'

/** A note of the shop itself; it moves no modification time and fires nothing (woocommerce.md 6.6). */
export function addNote(store: Store, orderId: number, note: string): void {
  const id = store.next('comment')
  if (!store.keepNotes) return
  store.data.notes.set(id, { id, orderId, author: 'WooCommerce', created: store.now(), note, customerNote: false })
}
