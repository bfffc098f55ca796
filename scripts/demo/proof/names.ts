/** Texts that differ only in what the books cannot keep: letter case, blanks, colons, characters beyond the first plane (quickbooks.md 15). */
export function sameText(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\u{10000}-\u{10FFFF}]|\u{FE0F}|\u{200D}/gu, '')
    .replaceAll(/[\s:-]+/g, ' ')
    .trim()
    .toLowerCase()
}

export function personName(first: string | undefined, last: string | undefined): string {
  return [first, last]
    .map((part) => (part ?? '').trim())
    .filter(Boolean)
    .join(' ')
}
