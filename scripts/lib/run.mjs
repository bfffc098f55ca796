import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

// The project's own Node and tools come first, whoever started us and with whatever PATH.
const path = `${root}node_modules/.bin:${process.env.PATH}`

/** Signals that a person or a CI runner ends us with. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
const graceMs = 8_000
const children = new Set()
// Escape codes are for a terminal; in a file they hide what was printed.
const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined }

/**
 * Runs a command in a process group of its own and resolves with its exit code and, with `capture`, what it printed. The whole group is
 * ended with us, so that neither Ctrl-C nor a crash leaves a worker, a simulator or a database behind.
 */
export function run(command, args, { capture = false, env = {}, cwd, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: cwd ?? root,
      env: { ...process.env, ...plain, PATH: path, ...env },
      detached: true,
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
    })
    children.add(child)
    let output = ''
    let timedOut = false
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => ((timedOut = true), kill(child, 'SIGKILL')), timeoutMs)
    child.on('error', (error) => (output += `${error.message}\n`))
    child.on('close', (code) => {
      clearTimeout(timer)
      children.delete(child)
      // What the command itself left running in its group ends with it.
      kill(child, 'SIGKILL')
      resolve({ code: code ?? 1, output, timedOut })
    })
  })
}

function kill(child, signal) {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group has ended already.
  }
}

let stopping = false
for (const signal of signals) {
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    for (const child of children) kill(child, 'SIGTERM')
    const started = performance.now()
    const timer = setInterval(() => {
      if (children.size > 0 && performance.now() - started < graceMs) return
      clearInterval(timer)
      for (const child of children) kill(child, 'SIGKILL')
      process.exit(130)
    }, 100)
  })
}
process.on('exit', () => {
  for (const child of children) kill(child, 'SIGKILL')
})
