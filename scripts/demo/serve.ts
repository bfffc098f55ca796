import { startExample } from '../../examples/express/src/example.ts'
import type { Demo } from './engine.ts'
import type { Platforms } from './platforms.ts'
import type { Proof } from './prove.ts'

/** Serves the Express example over the demonstration's engine. */
export async function serveExample({
  demo,
  proof,
  port,
}: {
  demo: Demo
  platforms: Platforms
  proof: Proof
  port: number
}): Promise<{ url: string; close: () => Promise<void> }> {
  return startExample({ engine: demo.engine, tenant: 'acme', port, proof })
}
