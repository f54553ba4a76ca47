// As much of `@auth/core/jwt` as the hook needs, by what is known of its wire: a JWE by a key that comes from secret and salt.
import { hkdfSync } from 'node:crypto'
import { EncryptJWT, jwtDecrypt } from 'jose'

const keyOf = ({ secret, salt }) =>
  new Uint8Array(hkdfSync('sha256', secret, salt, `Auth.js Generated Encryption Key (${salt})`, 64))

export const encode = ({ token, maxAge, ...key }) =>
  new EncryptJWT(token)
    .setProtectedHeader({ alg: 'dir', enc: 'A256CBC-HS512' })
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + maxAge)
    .encrypt(keyOf(key))

export async function decode({ token, ...key }) {
  if (!token) return null
  return (await jwtDecrypt(token, keyOf(key), { clockTolerance: 15 })).payload
}
