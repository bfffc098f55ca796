export { canonicalJson } from './canonical.ts'
export { contentHash, sha256Base32 } from './hash.ts'
