/** Something a person may want to be told. `message` and `hint` are in plain words; nothing secret is in any field. */
export interface NotificationEvent {
  id: string
  name: string
  tenant: string
  at: string
  title: string
  message: string
  hint?: string
  fields?: { [name: string]: string }
}

/** A way to tell somebody. Throwing means: try again later. */
export interface Notifier {
  id: string
  notify(event: NotificationEvent, options: { signal: AbortSignal }): Promise<void>
}
