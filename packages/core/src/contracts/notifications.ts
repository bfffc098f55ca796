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

/** How far one channel is with telling a notification. */
export interface NotificationDelivery {
  notification: string
  /** Id of the notifier. */
  channel: string
  /** waiting: to be told when it is due · told · given_up: tried too often · withdrawn: its cause was over before. */
  state: 'waiting' | 'told' | 'given_up' | 'withdrawn'
  /** The message that it goes in: given before it is sent, so that it is the same message when it is sent again. */
  batch?: string
  attempts: number
  dueAt: number
  toldAt?: number
  /** Why it was not told the last time. */
  error?: string
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
  /** Gives it to channels; one that has it already keeps what it has. `whole`: to everybody who wants it, so it counts as told. */
  hand(id: string, to: readonly { channel: string; dueAt: number }[], whole: boolean): Promise<void>
  /** Deliveries in state `waiting` that are due by then, in the order of their time. */
  due(at: number, limit: number): Promise<NotificationDelivery[]>
  /** When the first of those in state `waiting` is due. */
  nextDue(): Promise<number | undefined>
  /** Ties deliveries of one channel together as one message. Those that are in a message already stay in it. */
  bind(batch: string, channel: string, notifications: readonly string[]): Promise<void>
  /** How the sending of a message ended. `waiting`: it is sent again when it is due. */
  settle(batch: string, channel: string, end: { state: 'told' | 'waiting' | 'given_up'; at: number; error?: string }): Promise<void>
  /** Who is told these, and how far that is. */
  deliveries(notifications: readonly string[]): Promise<NotificationDelivery[]>
}
