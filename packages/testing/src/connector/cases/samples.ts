import type { SampleValues } from '../harness.ts'

const everyKind = `Größe 漢字 кириллица עברית 🧵 "quoted" 'single' back\\slash & 100 % a+b`

/** The short text of every kind of character, and one as long as the platform takes. */
export function texts({ text = everyKind, longest = 2_000 }: SampleValues = {}): string[] {
  const long = `${text} ${'lorem ipsum dolor '.repeat(Math.ceil(longest / 18))}`
  return [
    [...text].slice(0, longest).join(''),
    `${[...long]
      .slice(0, longest - 1)
      .join('')
      .trimEnd()}.`,
  ]
}

/** Amounts that binary floating point gets wrong. */
export function amounts({ amounts: given }: SampleValues = {}): string[] {
  return given ?? ['0.10', '0.30', '1.15', '4495.16', '33333333.33', '1234567.89']
}
