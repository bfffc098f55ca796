export { contentHash, sha256Base32 } from './hash.ts'
