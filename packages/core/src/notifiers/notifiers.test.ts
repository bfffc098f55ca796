import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { NotificationEvent, NotifyContext } from '../contracts/notifier.ts'
import { emailNotifier, type Mail } from './email.ts'
import { renderNotification } from './render.ts'
import { slackNotifier } from './slack.ts'
import { verifyNotification, webhookNotifier } from './webhook.ts'

const event: NotificationEvent = {
  id: 'n-1',
  name: 'record.failed',
  tenant: 'acme',
  at: '2026-11-22T09:30:00.000Z',
  title: 'Records of "orders" could not be sent',
  message: 'A tax is not mapped.',
  hint: 'Choose a tax code.',
  safe: 'Everything else went on.',
  count: 12,
  link: 'https://app.example/failures?a=1&b=2',
}
const digest: NotificationEvent = {
  ...event,
  id: 'd-1',
  name: 'digest',
  title: '2 things need somebody',
  items: [event, { ...event, id: 'n-2', title: 'Another' }],
}
const now = Date.UTC(2026, 10, 22, 10)

function context(status = 200) {
  const requests: Request[] = []
  const fetch = (async (input: string, init?: RequestInit) => {
    requests.push(new Request(input, init))
    return new Response(null, { status })
  }) as typeof globalThis.fetch
  const given: NotifyContext = { signal: new AbortController().signal, fetch, now }
  return { given, requests }
}

describe('texts', () => {
  it('say what happened, why, what to do and what is safe', () => {
    expect(renderNotification(event).text).toBe(
      [
        'Records of "orders" could not be sent',
        'Why: A tax is not mapped.',
        'What to do: Choose a tax code.',
        'What is safe: Everything else went on.',
        'When: 12 so far, the first on 2026-11-22 09:30 UTC',
        'Open: https://app.example/failures?a=1&b=2',
        '',
      ].join('\n'),
    )
  })

  it('hold nothing that a browser or a mail program would run, and no line of their own making', () => {
    const hostile = {
      ...event,
      title: '<img src=x onerror=alert(1)>\r\nBcc: all@example.com',
      message: '"&\'',
      link: 'javascript:alert(1)',
    }
    const { subject, text, html } = renderNotification(hostile)
    expect(subject).toBe('<img src=x onerror=alert(1)> Bcc: all@example.com')
    expect(html).not.toMatch(/<img|javascript:/)
    expect(html).toContain('&#60;img src=x onerror=alert(1)&#62;')
    expect(text).not.toContain('javascript:')
    expect(text.split('\n')[0]).toBe(subject)
  })

  it('hold each part of a digest', () => {
    const { text, html } = renderNotification(digest)
    expect(text.match(/^Why: /gm)?.length).toBe(2)
    expect(html.match(/<hr>/g)?.length).toBe(1)
  })
})

describe('e-mail', () => {
  it('goes to all, with an id that stays the same when it is sent again', async () => {
    const mails: Mail[] = []
    const notifier = emailNotifier({
      transport: { sendMail: async (mail) => mails.push(mail) },
      from: 'Syncline <sync@host.example>',
      to: ['a@host.example', 'b@host.example'],
    })
    await notifier.notify(event, context().given)
    await notifier.notify(event, context().given)
    expect(mails[0]).toMatchObject({
      to: 'a@host.example, b@host.example',
      subject: '[Syncline] Records of "orders" could not be sent',
      messageId: '<n-1@host.example>',
    })
    expect(mails[0]).toEqual(mails[1])
  })
})

describe('Slack', () => {
  it('gets blocks in which texts mention nobody', async () => {
    const { given, requests } = context()
    await slackNotifier({ url: 'https://hooks.slack.test/x' }).notify({ ...event, title: '<!channel> & *all*' }, given)
    const body = (await requests[0]!.json()) as { text: string; blocks: { text: { text: string } }[] }
    expect(JSON.stringify(body)).not.toContain('<!channel>')
    expect(body.blocks[0]!.text.text).toContain('What to do: Choose a tax code.')
  })

  it('is not told when it answers with an error', async () => {
    await expect(slackNotifier({ url: 'https://hooks.slack.test/x' }).notify(digest, context(500).given)).rejects.toMatchObject({
      code: 'remote_unavailable',
    })
  })
})

describe('a webhook', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const sent = async () => {
    const { given, requests } = context()
    await webhookNotifier({ url: 'https://host.example/hook', secret }).notify(event, given)
    const request = requests[0]!
    return { headers: Object.fromEntries(request.headers), body: await request.text() }
  }

  it('is signed as Standard Webhooks says', async () => {
    const { headers, body } = await sent()
    const signed = createHmac('sha256', Buffer.alloc(32, 7))
      .update(`n-1.${now / 1_000}.${body}`)
      .digest('base64')
    expect(headers).toMatchObject({ 'webhook-id': 'n-1', 'webhook-timestamp': String(now / 1_000), 'webhook-signature': `v1,${signed}` })
    expect(JSON.parse(body)).toEqual(event)
  })

  it('is taken with either of two secrets, within five minutes, and with nothing changed', async () => {
    const { headers, body } = await sent()
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
    const good = { secrets: [other, secret], headers, body, now }
    expect(verifyNotification(good)).toBe(true)
    expect(verifyNotification({ ...good, headers: { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` } })).toBe(
      true,
    )
    expect(verifyNotification({ ...good, secrets: [other] })).toBe(false)
    expect(verifyNotification({ ...good, secrets: [] })).toBe(false)
    expect(verifyNotification({ ...good, body: `${body} ` })).toBe(false)
    expect(verifyNotification({ ...good, now: now + 301_000 })).toBe(false)
    expect(verifyNotification({ ...good, now: now - 301_000 })).toBe(false)
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'])
      expect(verifyNotification({ ...good, headers: { ...headers, [name]: undefined } })).toBe(false)
  })

  it('needs a secret that is one', () => {
    expect(() => webhookNotifier({ url: 'https://host.example', secret: 'whsec_c2hvcnQ=' })).toThrow(
      expect.objectContaining({ code: 'config_invalid' }),
    )
  })
})
