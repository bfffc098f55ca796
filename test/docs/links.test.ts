import { describe, expect, it } from 'vitest'
import { brokenLinks, brokenLinksOf } from '../../scripts/lib/links.ts'

describe('links between pages', () => {
  it('lead somewhere', () => expect(brokenLinks()).toEqual([]))

  it.each(['[a](missing.md)', '[a](errors.md#no_such_code)', '[a](#nowhere)', '[a](../../outside.md)'])('finds %s', (text) =>
    expect(brokenLinksOf('docs/README.md', text)).toHaveLength(1),
  )

  it.each([
    '[a](errors.md)',
    '[a](errors.md#in_doubt)',
    '[a](decisions/)',
    '[a](https://example.com/x)',
    '`[a](missing.md)`',
    '```\n[a](missing.md)\n```',
  ])('leaves %s alone', (text) => expect(brokenLinksOf('docs/README.md', text)).toEqual([]))
})
