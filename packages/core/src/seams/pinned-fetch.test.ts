import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSocket, type AddressInfo, type Server } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, it, onTestFinished } from 'vitest'
import { pinnedFetch } from './pinned-fetch.ts'
import { systemSeams } from './system.ts'

async function listening<S extends Server>(server: S): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function shop(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void): Promise<number> {
  const server = createPlain((request, response) => {
    let body = ''
    request.on('data', (piece: Buffer) => (body += piece.toString()))
    request.on('end', () => answer(request, response, body))
  })
  onTestFinished(() => server.closeAllConnections())
  return listening(server)
}

const addresses = ['127.0.0.1']

it('connects to the address it was given, whatever the name, and speaks to the name', async () => {
  const port = await shop((request, response, body) => {
    response.writeHead(201, { 'content-type': 'application/json', 'x-seen': `${request.method} ${request.url}` })
    response.end(JSON.stringify({ host: request.headers.host, key: request.headers['x-key'], body }))
  })
  const response = await systemSeams().fetch(`http://no-such-shop.invalid:${port}/orders?page=2`, {
    method: 'POST',
    headers: { 'x-key': 'k', 'content-type': 'application/json' },
    body: '{"é":1}',
    addresses,
  } as RequestInit)
  expect([response.status, response.headers.get('x-seen')]).toEqual([201, 'POST /orders?page=2'])
  expect(await response.json()).toEqual({ host: `no-such-shop.invalid:${port}`, key: 'k', body: '{"é":1}' })
})

it('unpacks answers, follows no redirect, and gives empty ones as such', async () => {
  const port = await shop((request, response) => {
    if (request.url === '/moved') return void response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end()
    if (request.url === '/nothing') return void response.writeHead(204).end()
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'))
  })
  const ask = (path: string) => pinnedFetch(`http://shop.invalid:${port}${path}`, { addresses })
  expect(await (await ask('/')).text()).toBe('packed')
  expect((await ask('/moved')).status).toBe(302)
  expect(await (await ask('/nothing')).text()).toBe('')
})

it('fails as fetch does, with the code of the socket, and ends when it is called off', async () => {
  const port = await listening(createSocket((socket) => socket.destroy()))
  await expect(pinnedFetch(`http://shop.invalid:${port}/`, { addresses })).rejects.toMatchObject({
    message: 'fetch failed',
    cause: { code: 'ECONNRESET' },
  })
  const silent = await listening(createSocket(() => {}))
  const controller = new AbortController()
  const asked = pinnedFetch(`http://shop.invalid:${silent}/`, { addresses, signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(asked).rejects.toThrow('enough')
})

it('gives up on a connection that does not come about, encryption included', async () => {
  const port = await listening(createSocket(() => {}))
  await expect(pinnedFetch(`https://shop.invalid:${port}/`, { addresses, connectMs: 20 })).rejects.toMatchObject({
    cause: { code: 'UND_ERR_CONNECT_TIMEOUT' },
  })
})
