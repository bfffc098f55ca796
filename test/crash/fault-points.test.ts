import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { faultBranches, faultPoints, faultSteps, runTurns } from '../../packages/core/src/engine/fault-points.ts'

const engine = fileURLToPath(new URL('../../packages/core/src/engine', import.meta.url))

/** Calls that commit, ask a platform or wait: `receiver.method(`. Each must stand inside a `step(...)`. */
const protocol: RegExp[] = [
  /\bstorage\.transaction$/,
  /\bleases\.(acquire|renew|release)$/,
  /\bcredentials\.compareAndSet$/,
  /\bconfirmations\.(add|spend)$/,
  /\bruns\.save$/,
  /\bplans\.(add|transition)$/,
  /\bconnections\.(save|transition|keepSettings)$/,
  /\bsignIns\.(add|spend)$/,
  /\bwebhookEndpoints\.(compareAndSet|keepHealth|remove)$/,
  /\bregister\.(ensure|remove)$/,
  /\bpipelines\.save$/,
  /\bfailures\.(put|resolve)$/,
  /\bcheckpoints\.move$/,
  /\bqueue\.(add|accept|markSent|settle)$/,
  /\blinks\.save$/,
  /\bbaselines\.save$/,
  /\blogs\.append$/,
  /\bclient\.send$/,
  /^find$/,
  /^get$/,
  /^settings$/,
  /\bconnector\.check$/,
  /\bspec\.(refresh|revoke|exchange|prove)$/,
  /\biterator\.next$/,
  /\bclock\.sleep$/,
]

/** Waits that are not part of the protocol: nothing is between two states while they last. */
const allowed = new Set([
  'lease-keeper.ts clock.sleep', // between two renewals
  'scheduler.ts clock.sleep', // until somebody may be due
  'sync-engine.ts this.#seams.clock.sleep', // the deadline of a stop
  'token-lease.ts seams.clock.sleep', // somebody else exchanges the token
  'records.ts get', // the preview of a mapping changes nothing
  'connections.ts open.connector.check', // the test of a connection that exists changes nothing
])

interface Call {
  file: string
  callee: string
  guarded: boolean
}

function callsIn(file: string, text: string): { calls: Call[]; steps: string[] } {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const calls: Call[] = []
  const steps: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const callee = node.expression.getText(source)
      if (callee === 'step') for (const name of node.arguments[1]!.getText(source).matchAll(/'([^']+)'/g)) steps.push(name[1]!)
      if (protocol.some((pattern) => pattern.test(callee))) calls.push({ file, callee, guarded: isGuarded(node, source) })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  // A helper that is handed its point by its callers names them in its own signature or default.
  for (const name of text.matchAll(
    /'((?:connect|connection|pipeline|mapping|token|lease|run|read|plan|confirmation|apply|sync|send|recover|sign-in|disconnect|keys|allowance)\.[a-z-]+)'/g,
  ))
    steps.push(name[1]!)
  return { calls, steps }
}

/** Inside the work of a step, or of a transaction (which is itself looked at). */
function isGuarded(node: ts.Node, source: ts.SourceFile): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (!ts.isCallExpression(at)) continue
    const callee = at.expression.getText(source)
    if (callee === 'step' || callee.endsWith('.transaction')) return true
  }
  // Repositories that are handed in belong to a transaction of the caller.
  let owner: ts.Node | undefined = node
  while (owner !== undefined && !ts.isFunctionDeclaration(owner) && !ts.isMethodDeclaration(owner)) owner = owner.parent
  return owner !== undefined && owner.parameters.some((parameter) => parameter.type?.getText(source) === 'Repositories')
}

// What seals hands calls on to the storage: they stand inside the steps of those who call it.
const files = readdirSync(engine, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'fault-points.ts' && !name.endsWith('sealed-repositories.ts'),
)
const found = files.map((name) => callsIn(name.split('/').at(-1)!, readFileSync(join(engine, name), 'utf8')))

describe('fault points', () => {
  it('are at least sixty, each with a name of its own', () => {
    expect(new Set(faultPoints).size).toBe(faultPoints.length)
    expect(faultPoints.length).toBeGreaterThanOrEqual(60)
  })

  it('stand before and after every commit, request and wait of the engine', () => {
    const bare = found.flatMap(({ calls }) => calls).filter(({ file, callee, guarded }) => !guarded && !allowed.has(`${file} ${callee}`))
    expect(bare).toEqual([])
    expect(found.flatMap(({ calls }) => calls).length).toBeGreaterThan(30)
  })

  it('notice a call that stands without its pair', () => {
    const { calls } = callsIn(
      'x.ts',
      `export async function f(storage) { await storage.transaction(async () => {}); await step(seams, 'a', () => storage.runs.save(run)) }`,
    )
    expect(calls).toEqual([
      { file: 'x.ts', callee: 'storage.transaction', guarded: false },
      { file: 'x.ts', callee: 'storage.runs.save', guarded: true },
    ])
  })

  it('are all used', () => {
    const used = new Set(found.flatMap(({ steps }) => steps))
    expect(faultSteps.filter((name) => !used.has(name))).toEqual([])
    const text = files.map((name) => readFileSync(join(engine, name), 'utf8')).join('\n')
    expect([...faultBranches, ...runTurns].filter((name) => !text.includes(`'${name}'`))).toEqual([])
  })
})
