import { base64url } from './base64url.ts'

/** As the SDK keeps it: pages of this origin can sign with the private half, and nobody can read it. */
interface HeldKey {
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

/** A proof that the session which asked for a challenge carries it on: its key signs the challenge’s `jti`. RFC 9449. */
export async function proveHolder(path: string, challengeToken: string): Promise<string> {
  const { privateKey, publicKey } = await heldKey()
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } }
  const iat = Math.floor(window.Date.now() / 1000)
  const claims = { jti: jtiOf(challengeToken), htm: 'POST', htu: location.origin + path, iat }
  const signed = `${encode(header)}.${encode(claims)}`
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(signed))
  return `${signed}.${base64url(new Uint8Array(signature))}`
}

const encode = (part: object) => base64url(new TextEncoder().encode(JSON.stringify(part)))

function jtiOf(token: string): string {
  const [, payload = ''] = token.split('.')
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).jti
}

async function heldKey(): Promise<HeldKey> {
  const database = await answerOf(indexedDB.open('prld'))
  const key = await answerOf(database.transaction('dpop_keys').objectStore('dpop_keys').get(location.host))
  database.close()
  return key as HeldKey
}

const answerOf = <T>(asked: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
