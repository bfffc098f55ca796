export { canonicalJson } from './canonical.ts'
export { base32, contentHash, lengthPrefixed, sha256Base32 } from './hash.ts'
