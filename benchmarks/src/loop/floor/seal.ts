import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'

const key = createSecretKey(randomBytes(32))

/** What says something of a person lies encrypted in the engine's database (AES-256-GCM), so it does here. */
export function seal(text: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
}
