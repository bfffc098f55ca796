import type { NotificationEvent } from '../contracts/notifier.ts'

/** One message in words, for whatever shows text. */
export interface NotificationText {
  subject: string
  /** With line breaks, without any markup. */
  text: string
  /** A small page of its own without scripts, styles or pictures. */
  html: string
}

/** What happened, why, what to do and what is safe, in that order. */
export function renderNotification(event: NotificationEvent): NotificationText {
  const items = event.items ?? [event]
  const subject = event.title
  const parts = items.map(linesOf)
  const text = [
    ...(event.items ? [event.title] : []),
    ...parts.map((lines) => lines.map(({ label, value }) => `${label}${value}`).join('\n')),
  ]
  const html = parts.map((lines) =>
    lines
      .map(({ label, value, link }) => {
        const shown = link ? `<a href="${escaped(value)}">${escaped(value)}</a>` : escaped(value)
        return `<p>${label === '' ? `<strong>${shown}</strong>` : `${escaped(label)}${shown}`}</p>`
      })
      .join('\n'),
  )
  return {
    subject: oneLine(subject),
    text: `${text.join('\n\n')}\n`,
    html: `<!doctype html>\n<html><body>\n${event.items ? `<p>${escaped(event.title)}</p>\n` : ''}${html.join('\n<hr>\n')}\n</body></html>\n`,
  }
}

interface Line {
  label: string
  value: string
  link?: boolean
}

function linesOf(event: NotificationEvent): Line[] {
  const often = event.count > 1 ? `${event.count} so far, the first on ${when(event.at)}` : when(event.at)
  return [
    { label: '', value: oneLine(event.title) },
    { label: 'Why: ', value: oneLine(event.message) },
    ...(event.hint === undefined ? [] : [{ label: 'What to do: ', value: oneLine(event.hint) }]),
    ...(event.safe === undefined ? [] : [{ label: 'What is safe: ', value: oneLine(event.safe) }]),
    { label: 'When: ', value: often },
    ...(isLink(event.link) ? [{ label: 'Open: ', value: event.link, link: true }] : []),
  ]
}

function when(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
}

/** Only a page of the web: what a browser would run is not linked. */
function isLink(link: string | undefined): link is string {
  return link !== undefined && URL.canParse(link) && /^https?:$/.test(new URL(link).protocol)
}

/** Without line breaks and control characters: no text can add a line, or a header, of its own. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
