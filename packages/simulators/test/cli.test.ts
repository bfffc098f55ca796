import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { recordings } from './woocommerce/known-differences.ts'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

interface Started {
  /** What it printed, read as JSON. */
  printed: Record<string, string>
  /** Ends its stdin, as a parent's death does; resolves to its exit code. */
  end(): Promise<number>
}

function spawned(words: readonly string[]) {
  return spawn(process.execPath, ['--conditions=@syncline/source', cli, ...words], { stdio: ['pipe', 'pipe', 'pipe'] })
}

async function started(...words: string[]): Promise<Started> {
  const child = spawned(words)
  const exit = once(child, 'exit')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    printed: JSON.parse(line.toString()) as Record<string, string>,
    end: async () => {
      child.stdin.end()
      const [code] = (await exit) as [number]
      return code
    },
  }
}

async function refused(...words: string[]): Promise<{ code: number; said: string }> {
  const child = spawned(words)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said }
}

async function orders({ url, consumerKey, consumerSecret }: Record<string, string>): Promise<string | null> {
  const authorization = `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64')}`
  return (await fetch(`${url}/wp-json/wc/v3/orders?per_page=1`, { headers: { authorization } })).headers.get('x-wp-total')
}

describe('the command line of the shop', () => {
  it('starts a platform with options by name and as JSON, prints how to reach it, and ends when its parent goes', async () => {
    const shop = await started('woocommerce', '--orders', '7', '{"seed":3}')
    expect(Number(await orders(shop.printed))).toBeGreaterThan(0)
    expect(await shop.end()).toBe(0)
  })

  it.runIf(existsSync(recordings))('starts the shop that a folder of recordings leaves behind', async () => {
    const shop = await started('recorded', recordings)
    expect(await orders(shop.printed)).toBe('40')
    expect(await shop.end()).toBe(0)
  })

  it('says how it is used when it does not understand', async () => {
    expect(await refused('shopify')).toMatchObject({ code: 2, said: expect.stringContaining('Unknown platform "shopify".\nUsage:') })
    expect(await refused('woocommerce', 'seed')).toMatchObject({ code: 2, said: expect.stringContaining('Cannot read "seed".\nUsage:') })
    expect(await refused('recorded')).toMatchObject({ code: 2, said: expect.stringContaining('Which folder') })
  })
})
