import type { NotificationEvent, Notifier } from '../contracts/notifier.ts'
import { refusedBy } from './answered.ts'
import { renderNotification } from './render.ts'

export interface SlackNotifierOptions {
  /** Default: `slack`. */
  id?: string
  /** Address of an incoming webhook. It is a secret: whoever has it can write into the channel. */
  url: string
}

/** Longest text of one block, and most blocks of a message ("Block Kit: section" and "blocks" in Slack's reference). */
const longestText = 3_000
const mostBlocks = 50

/** Tells in a Slack channel, through an incoming webhook. */
export function slackNotifier({ id = 'slack', url }: SlackNotifierOptions): Notifier {
  return {
    id,
    async notify(event, { fetch, signal }) {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(slackMessage(event)),
        signal,
      })
      if (!answer.ok) throw refusedBy('Slack', answer.status)
    },
  }
}

function slackMessage(event: NotificationEvent) {
  const items = event.items ?? [event]
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })
  const blocks = items.map((item) => {
    const [first = '', ...rest] = renderNotification(item).text.trimEnd().split('\n').map(escaped)
    return section(clipped(`*${first}*\n${rest.join('\n')}`))
  })
  const shown = [...(event.items ? [section(clipped(escaped(event.title)))] : []), ...blocks]
  return { text: clipped(escaped(renderNotification(event).subject)), blocks: shown.slice(0, mostBlocks) }
}

/** Slack reads `<…>` as links and mentions of people: what comes in texts never is one. */
function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[*_~`]/g, (mark) => `\u200b${mark}`)
}

function clipped(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`
}
