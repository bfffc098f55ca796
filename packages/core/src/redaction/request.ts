import type { FrozenRequest } from '../contracts/request.ts'
import { isSecretName, maskSecrets } from './mask.ts'

/** A request for people to read: the same but for keys and tokens. Connectors put none into a request; this is for one that does. */
export function maskRequest({ method, path, query, headers, body }: FrozenRequest): FrozenRequest {
  return {
    method,
    path: maskSecrets(path),
    ...(query && { query: maskValues(query) }),
    ...(headers && { headers: maskValues(headers) }),
    ...(body !== undefined && { body: maskSecrets(body) }),
  }
}

function maskValues(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isSecretName(name) ? '[token]' : maskSecrets(value)]))
}
