/** A value as it may stand in JSON. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json | undefined }

/**
 * A write as data: where it goes and what it says. Core stores the exact bytes before it sends them. `path` is relative to the
 * connection's base; secrets and base address are added by the client's `send`, never here.
 */
export interface WriteRequest {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Record<string, string>
  headers?: Record<string, string>
  json?: unknown
}

/** The same with its body as bytes: what lies in `sync_queue` and goes over the wire. */
export interface FrozenRequest {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: string
}

/**
 * A hole in a planned body, filled when the request is frozen: the id of a record that the same plan creates, or the target's version
 * token. Stands where the value will stand, and is shown as such in the plan.
 */
export interface Slot {
  $slot: string
}

/** The slot of the version token of the record being written. */
export const versionSlot: Slot = { $slot: 'version' }

/**
 * Refers to the record that stands for (entity, key, role) in the target, whether it is there already or will be created by this plan.
 * `key` is the entity's key in the source.
 */
export function refer(entity: string, key: string, role: string): Slot {
  return { $slot: slotName(entity, key, role) }
}

export function slotName(entity: string, key: string, role: string): string {
  return `${entity}/${role}/${key}`
}

/** Entity, role and key of a slot's name; undefined for the version slot. */
export function parseSlot(name: string): { entity: string; role: string; key: string } | undefined {
  const first = name.indexOf('/')
  const second = name.indexOf('/', first + 1)
  if (first < 0 || second < 0) return undefined
  return { entity: name.slice(0, first), role: name.slice(first + 1, second), key: name.slice(second + 1) }
}

export type Verb = 'create' | 'update' | 'void' | 'delete' | 'inactivate'
