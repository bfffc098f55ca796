import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An app's endpoint that notes what arrives and answers what it is told. */
export async function endpoint() {
  const received: { body: string; headers: IncomingMessage['headers'] }[] = []
  const state = { status: 200, received, url: '', close: () => Promise.resolve(), onReceived: (): unknown => undefined }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      received.push({ body, headers: request.headers })
      state.onReceived()
      response.writeHead(state.status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`
  state.close = () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve())))
  return state
}
