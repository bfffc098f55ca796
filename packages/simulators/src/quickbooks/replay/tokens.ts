import { createQuickBooks } from '../quickbooks.ts'
import { fieldsOf, textOf } from '../values.ts'
import { exchange as perform } from '../../shared/server.ts'
import { firstDifference } from './compare.ts'
import type { Exchange } from './exchange.ts'

const redirect = 'https://app.example.com/callback'

/** Token exchanges, with this company's own code, tokens and client in place of the fakes. */
export async function replayTokens(exchange: Exchange): Promise<string | undefined> {
  const sim = createQuickBooks({ contents: 'blank', running: false, redirectUris: [redirect] })
  const sent = fieldsOf(exchange.request)
  const form = new URLSearchParams(Object.entries(fieldsOf(sent.form)).map(([name, value]) => [name, String(value)]))
  const call = async (method: string, url: string, body: string, headers: Record<string, string> = {}) => {
    const outcome = await perform(sim.platform, { method, url, headers, body })
    if (outcome.kind === 'dropped') throw new Error('the connection was dropped')
    return outcome.response
  }
  if (form.get('grant_type') === 'authorization_code') {
    const openid = fieldsOf(exchange.response).id_token === undefined ? '' : ' openid'
    const query = new URLSearchParams({
      client_id: sim.clientId,
      response_type: 'code',
      scope: `com.intuit.quickbooks.accounting${openid}`,
      redirect_uri: redirect,
      state: 's',
    })
    const page = await call('GET', `/connect/oauth2?${query}`, '')
    form.set('code', new URL(page.headers.location ?? redirect).searchParams.get('code') ?? '')
  } else if (exchange.status === 200) form.set('refresh_token', sim.refreshToken)
  const headers: Record<string, string> = {
    authorization: `Basic ${Buffer.from(`${sim.clientId}:${sim.clientSecret}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  }
  const hard = textOf(fieldsOf(sent.headers)['x-include-refresh-token-hard-expires-in'])
  if (hard !== undefined) headers['x-include-refresh-token-hard-expires-in'] = hard
  const answer = await call('POST', new URL(exchange.path).pathname, form.toString(), headers)
  if (answer.status !== exchange.status) return `status: ${exchange.status} recorded, ${answer.status} answered`
  const body = JSON.parse(String(answer.body)) as Record<string, unknown>
  // The description of an error varies, its code does not (quickbooks.md 3.3).
  if (exchange.status !== 200 && typeof body.error_description === 'string')
    body.error_description = fieldsOf(exchange.response).error_description
  return firstDifference(exchange.response, body)
}
