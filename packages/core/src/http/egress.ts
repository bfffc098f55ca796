import { BlockList, isIP } from 'node:net'
import { SyncError } from '../errors/sync-error.ts'

export interface EgressPolicy {
  /** For development: http as well as https, and any port. Default false. */
  allowHttp?: boolean
  /** For development: loopback and private addresses too; names are then not looked up. Default false. */
  allowPrivateAddresses?: boolean
}

/** All addresses of a name. Rejects when it has none. */
export type Lookup = (host: string) => Promise<readonly string[]>

const ports = new Set(['', '443', '8443'])

/**
 * Parses an address and refuses what must not be reached: anything but https, sign-in data inside the address, unusual ports (RELIABILITY.md
 * S10). Throws `url_refused`.
 */
export function parseTarget(address: string, { allowHttp = false }: EgressPolicy): URL {
  if (!URL.canParse(address)) throw refused('the address is not a URL', 'Give the whole address, such as https://shop.example.')
  const url = new URL(address)
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) {
    throw refused(
      `${url.protocol}//${url.host} is not encrypted`,
      'Use the https:// address. Unencrypted addresses are for development and need `development: true`.',
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw refused(
      `the address of ${url.host} has a user name or password in it`,
      'Put keys and passwords into the credentials, never into the address.',
    )
  }
  if (!allowHttp && !ports.has(url.port)) throw refused(`port ${url.port} of ${url.hostname} is not allowed`, 'Use port 443 or 8443.')
  return url
}

/** Throws `url_refused` unless every one of the addresses is open to the whole internet. */
export function assertPublic(host: string, addresses: readonly string[]): void {
  const inside = addresses.find((address) => !isPublicAddress(address))
  if (inside === undefined && addresses.length > 0) return
  throw refused(
    `${host} leads into a private network`,
    'Use an address that is reachable from the internet. Private addresses are for development and need `development: true`.',
  )
}

/** The literal address in a URL's host, without brackets; undefined for a name. */
export function literalAddress(host: string): string | undefined {
  const bare = host.startsWith('[') ? host.slice(1, -1) : host
  return isIP(bare) === 0 ? undefined : bare
}

/** True for global unicast addresses: not loopback, private, shared, link-local, multicast, documentation, nor a wrapped IPv4 address. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !closed4.check(address, 'ipv4')
  return family === 6 && global6.check(address, 'ipv6') && !closed6.check(address, 'ipv6')
}

function refused(what: string, hint: string): SyncError {
  return new SyncError('url_refused', `Syncline does not connect: ${what}.`, { hint })
}

// IANA special-purpose registries, read 2026-11.
const closed4 = blocks('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])
// Mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96), unique local, link-local and multicast all lie outside 2000::/3.
const global6 = blocks('ipv6', ['2000::/3'])
// Teredo, ORCHID, documentation, 6to4.
const closed6 = blocks('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

function blocks(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network, bits] = range.split('/') as [string, string]
    list.addSubnet(network, Number(bits), family)
  }
  return list
}
