/**
 * Something that a person should be told, as the work that found it out puts it into the outbox. It is stored in the transaction that
 * stores the reason itself, so that neither is there without the other. Nothing secret and nothing of a customer is in any field.
 */
export interface NewNotification {
  /** Names the message at every receiver: the same id twice is the same message. */
  id: string
  /** What happened, `noun.past` or `noun.state`, such as `record.failed`. */
  name: string
  /** The cause. Of one cause, one message is made: what comes of it later is counted to the message that is there. */
  group: string
  pipeline?: string
  connection?: string
  /** What happened, in one line. */
  title: string
  /** Why. */
  message: string
  /** What a person does next. */
  hint?: string
  /** What is safe, and needs nobody. */
  safe?: string
  /** Plain facts to show beside the text. */
  fields?: { [name: string]: string }
  /** How many of the cause there are. Default: 1. */
  count?: number
  at: number
  /** How long the same cause, once told, is only counted and not told anew, in milliseconds. Default: 24 hours. */
  quietMs?: number
}

export interface StoredNotification extends Omit<NewNotification, 'count' | 'quietMs'> {
  count: number
  /** When the cause was met last. */
  lastAt: number
  /** waiting: not told, or not to everybody yet · told: handed to all who want it · withdrawn: its cause was over before. */
  state: 'waiting' | 'told' | 'withdrawn'
}

export interface NotificationRepository {
  /**
   * Adds each, or counts it to the one of the same group that is going on, which keeps its id and takes the newer text. A group that was
   * told and began longer than `quietMs` ago, or was ended, begins anew.
   */
  add(notification: NewNotification | readonly NewNotification[]): Promise<void>
  /** These causes are over: what was not told is not told any more, and what comes after is a new cause. */
  end(groups: readonly string[]): Promise<void>
  get(ids: readonly string[]): Promise<StoredNotification[]>
  /** Newest first; `before` is the id of the last one of the page before. */
  list(options: { before?: string; limit: number }): Promise<StoredNotification[]>
  /** Those in state `waiting`, oldest first. */
  waiting(limit: number): Promise<StoredNotification[]>
}
