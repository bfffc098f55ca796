import type { AddressInfo } from 'node:net'
import type { SyncEngine } from '@syncline/core'
import express from 'express'
import { page } from './page.ts'

export interface ExampleOptions {
  engine: SyncEngine
  /** Whose runs are shown. A real host takes it from the sign-in. */
  tenant: string
  /** 0 or left out: any free port. */
  port?: number
  /** What a proof found, shown under the runs. */
  proof?: object
}

/** A host application that shows the last runs of one tenant and lets its owner start a sync. Listens on 127.0.0.1 only. */
export async function startExample({
  engine,
  tenant,
  port = 0,
  proof,
}: ExampleOptions): Promise<{ url: string; close: () => Promise<void> }> {
  const app = express()
  const acme = engine.tenant(tenant)
  app.disable('x-powered-by')
  app.get('/', async (_request, response) => {
    const [runs, failures, pipelines] = await Promise.all([acme.runs({ limit: 20 }), acme.failures.list({ limit: 50 }), acme.pipelines()])
    response
      .set('content-security-policy', "default-src 'none'; style-src 'self'; form-action 'self'")
      .type('html')
      .send(page({ runs, failures, pipelines, proof }))
  })
  app.get('/style.css', (_request, response) => response.type('css').send(style))
  app.get('/runs.json', async (_request, response) => response.json({ runs: await acme.runs({ limit: 20 }), proof }))
  app.post('/sync/:pipeline', async (request, response) => {
    await acme.sync(request.params.pipeline, { trigger: 'owner' })
    response.redirect(303, '/')
  })
  const server = app.listen(port, '127.0.0.1')
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject))
  const { port: chosen } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${chosen}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const style = `body { font: 14px/20px system-ui, sans-serif; margin: 32px auto; max-width: 960px; padding: 0 16px; color: #14171f; background: #fff }
table { border-collapse: collapse; width: 100%; margin: 8px 0 24px; font-variant-numeric: tabular-nums }
th, td { text-align: start; padding: 6px 12px 6px 0; border-bottom: 1px solid #d9dde5; vertical-align: top }
.succeeded { color: #146c3a } .partial { color: #8a4b00 } .failed { color: #b3201f }
@media (prefers-color-scheme: dark) { body { color: #e9ecf2; background: #161a22 } th, td { border-color: #2e3542 } .succeeded { color: #62d394 } .partial { color: #f2b45c } .failed { color: #ff928a } }`
