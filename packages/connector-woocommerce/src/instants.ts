/** The API's times have whole seconds and no offset: `2026-11-22T12:37:51`. These are GMT unless a name says local. */
export function fromEpoch(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19)
}

export function toEpoch(digits: string): number {
  return Date.parse(`${digits}Z`)
}

export function earlier(digits: string, seconds: number): string {
  return fromEpoch(toEpoch(digits) - seconds * 1000)
}

export function later(digits: string, seconds: number): string {
  return fromEpoch(toEpoch(digits) + seconds * 1000)
}
