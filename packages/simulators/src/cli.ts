#!/usr/bin/env node
import { fstatSync, readFileSync } from 'node:fs'
import { startQuickBooks } from './quickbooks/quickbooks.ts'
import { startRecordedShop } from './replay/woocommerce.ts'
import { startSupabase } from './supabase/stack.ts'
import { startWooCommerce } from './woocommerce/simulator.ts'

interface Running {
  close(): Promise<void>
}

type Options = Record<string, unknown>

/** Name on the command line → what starts it. */
const starters: Record<string, (options: Options) => Promise<Running>> = {
  woocommerce: (options) => startWooCommerce(options),
  quickbooks: (options) => startQuickBooks(options),
  supabase: ({ schemaFile, ...options }) =>
    startSupabase(typeof schemaFile === 'string' ? { ...options, schema: readFileSync(schemaFile, 'utf8') } : options),
}

const usage = `Usage: simulators woocommerce|quickbooks|supabase [--option value …] ['{"json":"options"}']
       simulators recorded FOLDER [--port N]
For example: simulators quickbooks --country CA --port 4010
`

/**
 * Starts a platform as a process of its own, prints one JSON line with its connection data, and stops on SIGTERM, on SIGINT, or when
 * the pipe of its stdin closes, so that nothing outlives a parent that died.
 */
async function main(): Promise<void> {
  const running = await started(process.argv.slice(2))
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // A shell gives background jobs an empty stdin, which says nothing about a parent: only the end of a pipe does.
  if (stdinIsPipe()) process.stdin.on('end', stop).on('close', stop).resume()
  process.stdout.write(`${JSON.stringify(connectionData(running))}\n`)
}

async function started([platform = '', ...rest]: readonly string[]): Promise<Running> {
  if (platform === 'recorded') {
    // The shop that a folder of recorded exchanges leaves behind.
    const [folder, ...options] = rest
    if (folder === undefined || folder.startsWith('--')) refuse('Which folder of recordings?')
    return startRecordedShop(folder, optionsOf(options))
  }
  const start = starters[platform]
  if (start === undefined) refuse(`Unknown platform "${platform}".`)
  return start(optionsOf(rest))
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n${usage}`)
  process.exit(2)
}

/** `--name value` and JSON objects, the later one wins. Values that read as JSON are numbers, booleans, objects; others text. */
function optionsOf(words: readonly string[]): Options {
  const options: Options = {}
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!
    if (word.startsWith('{')) Object.assign(options, JSON.parse(word))
    else if (word.startsWith('--') && index + 1 < words.length) options[word.slice(2)] = valueOf(words[++index]!)
    else refuse(`Cannot read "${word}".`)
  }
  return options
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function stdinIsPipe(): boolean {
  try {
    const stdin = fstatSync(0)
    return stdin.isFIFO() || stdin.isSocket()
  } catch {
    return false
  }
}

/** The plain values of a running platform: addresses, keys, ids; one level of groups. */
function connectionData(running: object): Record<string, unknown> {
  const plain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
  return Object.fromEntries(
    Object.entries(running).filter(([, value]) => {
      if (plain(value)) return true
      const group = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
      return group && Object.values(value as object).every(plain) && Object.keys(value as object).length > 0
    }),
  )
}

await main()
