import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { checkedInput, freeze, send, type World } from '../world.ts'

/** Whatever goes wrong, no error, log line, client or planned request shows a secret: not plain, not encoded. */
export async function secretsMasked(world: World): Promise<void> {
  const shown: string[] = []
  const hidden = new Set(forms(world.secrets()))
  assert.ok(hidden.size > 0, 'no field of the credentials is marked with secret()')
  const bad = await world.rewire({ credentials: world.harness.badCredentials })
  for (const form of forms(bad.secrets())) hidden.add(form)
  const broken: World[] = [
    world,
    bad,
    await world.rewire({
      before: (request) => Promise.reject(new TypeError(`fetch failed: ${request.url} ${JSON.stringify(request.headers)}`)),
    }),
    await world.rewire({
      before: (request) =>
        new Response(`<html>${JSON.stringify(request.headers)} ${request.url}</html>`, {
          status: 403,
          headers: { 'content-type': 'text/html' },
        }),
    }),
    await world.rewire({
      before: (request) =>
        new Response(`{"code":"oops","message":${JSON.stringify(JSON.stringify(request.headers))},`, {
          status: 200,
          headers: { 'content-type': 'application/json' },
        }),
    }),
  ]
  for (const each of broken) {
    shown.push(...(await symptoms(each)))
    for (const { headers } of each.spy.requests) if (headers['authorization'] !== undefined) hidden.add(headers['authorization'])
  }
  assert.ok(shown.length > broken.length, 'nothing went wrong, so nothing was proven')
  for (const text of shown) {
    const found = [...hidden].find((secret) => text.includes(secret))
    assert.equal(found, undefined, `a secret is shown: ${found === undefined ? '' : text.replaceAll(found, '<SECRET>').slice(0, 500)}`)
  }
}

/** Everything that a person or a log may see of one connection. */
async function symptoms(world: World): Promise<string[]> {
  const seen: unknown[] = [world.client]
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      seen.push(await work())
    } catch (error) {
      seen.push(error)
    }
  }
  await attempt(() => world.check())
  await attempt(async () => world.settings())
  if (world.harness.read !== undefined) {
    await attempt(async () => {
      for await (const page of world.pages()) return page.cursor
      return undefined
    })
  }
  if (world.harness.write !== undefined) {
    const { stream, write } = world.writable()
    const request = freeze(
      stream,
      await checkedInput(stream, write.input({ label: 'secret' })),
      'secret',
      world.connector.config.parse(world.harness.config),
    )
    seen.push(request)
    await attempt(async () => (await send(world, request)).verdict)
  }
  return seen.flatMap((value) => [
    inspect(value, { depth: 8, showHidden: true }),
    json(value),
    ...chain(value).flatMap((error) => [String(error), error.stack ?? '', json(error)]),
  ])
}

function chain(value: unknown): Error[] {
  const errors: Error[] = []
  for (let error: unknown = value; error instanceof Error; error = error.cause) errors.push(error)
  return errors
}

function json(value: unknown): string {
  return JSON.stringify(value) ?? ''
}

function forms(secrets: string[]): string[] {
  return secrets.flatMap((secret) => {
    const bytes = Buffer.from(secret)
    return [secret, encodeURIComponent(secret), bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')]
  })
}
