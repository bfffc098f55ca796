/** A body with one thing about it altered, and the place where. */
export interface Alteration {
  place: string
  altered: unknown
}

export interface AlterationOptions {
  /** Places whose value may be anything; that something stands there is still altered. */
  volatile(place: string): boolean
  /** The recording was cut, so what it lacks says nothing: no property or entry is added or taken off an end. Default false. */
  cut?: boolean
}

/** Every value changed, every property taken away or added, every list a row longer or shorter: one thing at a time. */
export function* alterations(value: unknown, options: AlterationOptions, place = ''): Generator<Alteration> {
  if (Array.isArray(value)) {
    if (!options.cut) yield { place: `${place}[+]`, altered: [...(value as unknown[]), 'more'] }
    if (!options.cut && value.length > 0) yield { place: `${place}[-]`, altered: value.slice(0, -1) }
    for (const [index, entry] of value.entries())
      for (const inner of alterations(entry, options, `${place}[${index}]`)) yield { ...inner, altered: value.with(index, inner.altered) }
  } else if (typeof value === 'object' && value !== null) {
    yield { place: `${place}.added`, altered: { ...value, added: 1 } }
    for (const [name, inner] of Object.entries(value)) {
      const at = `${place}.${name}`
      const { [name]: _gone, ...rest } = value as Record<string, unknown>
      if (!options.cut) yield { place: `${at} gone`, altered: rest }
      if (options.volatile(at)) continue
      for (const change of alterations(inner, options, at)) yield { ...change, altered: { ...value, [name]: change.altered } }
    }
  } else yield { place, altered: other(value) }
}

function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 0.01
  if (typeof value === 'boolean') return !value
  return value === null ? 'something' : `${String(value)}x`
}
