import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SyncEngine, WebhookAnswer } from '@syncline/core'

/** The host's route on a real socket: raw bytes go in, the status comes out. */
export async function hostRoute(engine: () => SyncEngine) {
  const route = {
    /** False: it answers 500, as if it were broken. */
    open: true,
    answers: [] as WebhookAnswer[],
    address: '',
    close: () => new Promise<unknown>((resolve) => server.close(resolve)),
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (!route.open) return void response.writeHead(500).end()
      const endpoint = request.url!.split('/').at(-1)!
      void engine()
        .webhooks.receive(endpoint, Buffer.concat(chunks), request.headers)
        .then((answer) => {
          route.answers.push(answer)
          response.writeHead(answer.status).end()
        })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  route.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`
  return route
}
