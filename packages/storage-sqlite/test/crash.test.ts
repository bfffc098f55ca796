import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sqliteStorage } from '../src/index.ts'

const program = fileURLToPath(new URL('busy-writer.ts', import.meta.url))

it('keeps every transaction that was acknowledged, and no half of another, when its process is killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-crash-'))
  const path = join(folder, 'a.db')
  let acknowledged = 0
  for (let kill = 1; kill <= 3; kill += 1) {
    const writer = spawn(process.execPath, ['--conditions=@syncline/source', program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    let lines = 0
    for await (const line of createInterface({ input: writer.stdout })) {
      acknowledged = Number(line)
      if (++lines === kill * 7) writer.kill('SIGKILL')
    }
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit')
    const storage = sqliteStorage({ path })
    const { mappings } = storage.forTenant('acme')
    const [first, second] = [await mappings.get('first'), await mappings.get('second')]
    expect(first?.version).toBe(second?.version)
    expect(second?.version).toBeGreaterThanOrEqual(acknowledged)
    await storage.close()
  }
  expect(acknowledged).toBeGreaterThanOrEqual(42)
  rmSync(folder, { recursive: true, force: true })
})
