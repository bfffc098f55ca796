import type { TenantStorage } from '../../contracts/storage.ts'

/** The storage as it was before anything was linked or agreed on. Everything else is as it is; nothing is written through it. */
export function blankStorage(storage: TenantStorage): TenantStorage {
  const links = laidOver(storage.links, { byRecords: async () => [], byEntities: async () => [] })
  const baselines = laidOver(storage.baselines, { hashes: async () => [], get: async () => [] })
  return laidOver(storage, { links, baselines })
}

/** The same object but for some of its parts; its methods keep what they work on. */
function laidOver<T extends object>(whole: T, parts: Partial<T>): T {
  return new Proxy(whole, {
    get(target, name) {
      if (Object.hasOwn(parts, name)) return parts[name as keyof T]
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
