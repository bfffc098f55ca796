import { readFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { recipes, suggestTaxCodes, type Company } from '@syncline/connector-quickbooks'
import type { Settings } from '@syncline/connector-woocommerce'
import { createRedactor, jsonLogger, renderNotification, type NotificationEvent, type TenantEngine } from '@syncline/core'
import { startWooCommerce } from '@syncline/simulators'
import { describe, expect, it, onTestFinished } from 'vitest'
import { office } from '../credentials/office.ts'

/** One of its own for each field: whichever comes out says where it came from. */
const person = {
  first_name: 'Zzqfirstcanary',
  last_name: 'Zzqlastcanary',
  company: 'Zzqcompanycanary',
  address_1: 'Zzqstreetcanary 7',
  address_2: 'Zzqfloorcanary',
  city: 'Zzqcitycanary',
  postcode: 'ZZQ9CN',
  email: 'zzqmailcanary@zzqdomain.example',
  phone: '+1 555 010 7391',
}
const spoken = {
  customer_note: 'Zzqnotecanary leave it at the door',
  meta: 'Zzqmetacanary',
  error: 'Zzqerrorcanary',
  header: 'Zzqheadercanary',
}

/** Finds any of them, plain, as JSON, url-encoded, in hex and in base64 at any position. */
function finder(canaries: readonly string[]) {
  const found = canaries.map((canary) => ({ canary, redact: createRedactor([canary]) }))
  return (text: string) => found.filter(({ redact }) => redact(text) !== text).map(({ canary }) => canary)
}

async function scene() {
  const place = await office({ country: 'CA' })
  const shop = await startWooCommerce({ seed: 3, orders: 6, start: new Date().toISOString(), running: true })
  onTestFinished(() => shop.close())
  const lines: string[] = []
  const told: NotificationEvent[] = []
  let refusals = 0
  const engine = place.start({
    logger: jsonLogger((line) => lines.push(line), { level: 'debug' }),
    notifications: { notifiers: [{ id: 'own', notify: async (event) => void told.push(event) }] },
    before: (url) =>
      refusals > 0 && url.includes('/orders') && refusals--
        ? Response.json(
            { code: 'rest_invalid_param', message: `${spoken.error} ${person.email}` },
            { status: 400, headers: { 'x-note': spoken.header } },
          )
        : undefined,
  })
  const acme = engine.tenant('acme')
  await acme.connect('woocommerce', {
    config: { url: shop.url, auth: 'basic' },
    credentials: { consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret },
  })
  await place.connectBooks(engine)
  const settings = (await acme.settings('woocommerce')) as Settings
  const company = (await acme.settings('quickbooks')) as Company
  const byPlace = Map.groupBy(settings.taxRates, (rate) => `${rate.country} ${rate.state} ${rate.class}`)
  const combinations = [...byPlace.values()].map((rates) =>
    rates.map(({ key, name, percent, compound }) => ({ key, label: name, percent, compound })),
  )
  await acme.install(
    recipes.woocommerceToQuickbooks({
      orders: { gateways: {}, taxCodes: suggestTaxCodes(combinations, company), exemptTaxCode: 'Exempt' },
      products: { incomeAccount: 'Sales' },
    }),
  )
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${shop.url}/wp-json/wc/v3/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${shop.consumerKey}:${shop.consumerSecret}`).toString('base64')}`,
      },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`the shop refused: ${await answer.text()}`)
    return (await answer.json()) as { id: number }
  }
  return { place, shop, engine, acme, lines, told, post, refuse: (times: number) => void (refusals = times) }
}

async function everySync(acme: TenantEngine) {
  for (const pipeline of ['products-to-books', 'customers-to-books', 'orders-to-books', 'refunds-to-books'])
    await acme.sync(pipeline).catch(() => {})
}

/** Everything that comes out of an engine that worked with them, and every table. */
async function everything() {
  const { place, shop, engine, acme, lines, told, post, refuse } = await scene()
  const address = { ...person, country: 'CA', state: 'ON' }
  const order = {
    payment_method: 'bacs',
    payment_method_title: 'Transfer',
    set_paid: true,
    billing: address,
    shipping: address,
    customer_note: spoken.customer_note,
    meta_data: [{ key: 'note', value: spoken.meta }],
    fee_lines: [{ name: 'Handling', total: '10.00', tax_status: 'none' }],
  }
  const { id: customer } = await post('customers', {
    email: person.email,
    first_name: person.first_name,
    last_name: person.last_name,
    billing: address,
  })
  await post('orders', { ...order, customer_id: customer })
  // A guest, whose key is an e-mail address, and one that the books will not take.
  await post('orders', { ...order, billing: { ...address, email: `guest-${person.email}` } })
  await post('orders', { ...order, currency: 'EUR' })
  await everySync(acme)
  refuse(20)
  await acme.sync('orders-to-books').catch(() => {})
  refuse(0)
  // A change: before-images.
  await post(`customers/${customer}`, { billing: { ...address, city: `${person.city}2` } })
  const plan = await acme.plan('customers-to-books')
  await everySync(acme)
  const failures = await acme.failures.list()
  for (const { id } of failures.slice(0, 1)) await acme.failures.setAside(id, `Belongs to ${person.first_name}`)
  place.pass(120_000)
  await acme.notifications.deliver()
  const { entries } = await acme.history.list({ limit: 1_000 })
  const details = await Promise.all(entries.map(({ id }) => acme.history.get(id)))
  let csv = ''
  for await (const piece of acme.history.csv()) csv += piece
  const posted = JSON.stringify(
    [...place.books.company.objects.values()].flatMap((objects) => [...objects.values()].map(({ fields }) => fields)),
  )
  const secrets = [
    shop.consumerKey,
    shop.consumerSecret,
    place.books.clientSecret,
    place.books.accessToken,
    place.books.refreshToken,
    place.key,
  ]
  expect(entries.some(({ outcome }) => outcome === 'failed')).toBe(true)
  expect(told.length).toBeGreaterThan(0)
  expect(lines.length + told.length).toBeGreaterThan(0)
  const outputs: { [name: string]: string } = {
    log: lines.join(''),
    history: JSON.stringify(entries),
    details: JSON.stringify(details),
    csv,
    notifications: JSON.stringify([told, told.map(renderNotification), await acme.notifications.list()]),
    audit: JSON.stringify(await acme.audit.list()),
    plan: JSON.stringify(plan),
    metrics: JSON.stringify(await acme.runs()),
  }
  await engine.stop()
  const database = new DatabaseSync(place.path)
  for (const { name } of database.prepare(`select name from sqlite_master where type = 'table'`).all() as { name: string }[])
    outputs[`table ${name}`] = JSON.stringify(database.prepare(`select * from ${name}`).all())
  database.exec('pragma wal_checkpoint(truncate)')
  database.close()
  outputs['the file'] = (await readFile(place.path)).toString('latin1')
  return { outputs, posted, secrets }
}

describe('canaries in every field of a buyer, in answers, headers and errors', () => {
  it('go to the books, where they belong, and come out nowhere else, in no spelling; nor does any secret', async () => {
    const { outputs, posted, secrets } = await everything()
    expect(finder([person.first_name, person.city])(posted)).toEqual([person.first_name, person.city])
    const come = (find: (text: string) => string[]) =>
      Object.entries(outputs).flatMap(([name, text]) => find(text).map((canary) => `${name}: ${canary}`))
    expect(come(finder([...Object.values(person), ...Object.values(spoken)]))).toEqual([])
    expect(come(finder(secrets)).map((found) => found.split(':')[0])).toEqual([])
  }, 120_000)

  it('would be found if they did', () => {
    const find = finder([person.email])
    for (const form of [
      person.email,
      encodeURIComponent(person.email),
      Buffer.from(person.email).toString('hex'),
      Buffer.from(`x${person.email}`).toString('base64'),
    ])
      expect(find(`a ${form} b`)).toEqual([person.email])
  })
})
