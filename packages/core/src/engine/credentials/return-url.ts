import { SyncError } from '../../errors/sync-error.ts'

/** Throws `config_invalid` unless the address lies at or below one of those that the host allowed (RELIABILITY.md S8). */
export function requireReturnUrl(returnTo: string, allowed: readonly string[]): void {
  const url = URL.canParse(returnTo) ? new URL(returnTo) : undefined
  if (url !== undefined && url.username === '' && url.password === '' && allowed.some((entry) => lies(url, new URL(entry)))) return
  throw new SyncError('config_invalid', 'The address to return to after the sign-in is not one of those that are allowed.', {
    hint: 'Give a whole address, and name it or the address above it in `oauth.returnUrls` of SyncEngine.',
  })
}

/** Throws `config_invalid` unless it is a whole http(s) address without a fragment, as registered at the platform. */
export function requireAddress(address: string, what: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hash === '') return
  throw new SyncError('config_invalid', `The ${what} is not a whole address.`, {
    hint: 'Give it as it is registered, such as https://host.example/quickbooks/callback.',
  })
}

function lies(url: URL, entry: URL): boolean {
  if (url.origin !== entry.origin || url.origin === 'null') return false
  const below = entry.pathname.endsWith('/') ? entry.pathname : `${entry.pathname}/`
  return url.pathname === entry.pathname || url.pathname.startsWith(below)
}
