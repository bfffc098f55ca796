import type { Notifier } from '../contracts/notifier.ts'
import { oneLine, renderNotification } from './render.ts'

/** What is handed to the transport: the fields that nodemailer's `sendMail` and most others take. */
export interface Mail {
  from: string
  to: string
  subject: string
  text: string
  html: string
  /** The same when the message is sent again. */
  messageId: string
  headers: { [name: string]: string }
}

export interface EmailNotifierOptions {
  /** Default: `email`. */
  id?: string
  /** A transporter of nodemailer fits. */
  transport: { sendMail(mail: Mail): Promise<unknown> }
  from: string
  to: string | readonly string[]
  /** Stands before every subject. Default: `[Syncline]`. */
  prefix?: string
}

/** Tells by e-mail, as text and as HTML. */
export function emailNotifier({ id = 'email', transport, from, to, prefix = '[Syncline]' }: EmailNotifierOptions): Notifier {
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'syncline.invalid'
  return {
    id,
    async notify(event) {
      const { subject, text, html } = renderNotification(event)
      await transport.sendMail({
        from,
        to: [to].flat().join(', '),
        subject: oneLine(`${prefix} ${subject}`),
        text,
        html,
        messageId: `<${event.id.replace(/[^\w.-]/g, '-')}@${domain}>`,
        // Nobody's out-of-office answers a machine.
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Syncline-Event': oneLine(event.name) },
      })
    },
  }
}
