import type { HttpOptions } from '../http/create-http.ts'

/** What a host may decide about the way out of the process. */
export type HttpDefaults = Pick<HttpOptions, 'policy' | 'timeouts' | 'inFlight' | 'clockHeader' | 'lookup'>
