import type { FirebaseHashParameters } from './source.ts'

/** Writers of the forms in which logins read hashes, `docs/guide/password-hash-forms.md`. What they are given is judged when the hash is read. */

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

/** The bytes of a text in hex; undefined when it is none. */
export function hexBytes(text: string | undefined): Buffer | undefined {
  return text !== undefined && /^([0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** The bytes of a text in base64, standard or URL-safe, padded or not; undefined when it is none. */
export function base64Bytes(text: string | undefined): Buffer | undefined {
  if (text === undefined || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined
  return Buffer.from(text.replaceAll('-', '+').replaceAll('_', '/'), 'base64')
}

export const utf8Bytes = (text: string): Buffer => Buffer.from(text, 'utf8')

export type DigestName = 'sha1' | 'sha256' | 'sha512'

export interface Derived {
  readonly salt: Buffer | undefined
  readonly key: Buffer | undefined
}

export function pbkdf2Form(digest: DigestName, iterations: unknown, { salt, key }: Derived): string | undefined {
  if (salt === undefined || key === undefined) return undefined
  return `$pbkdf2-${digest}$i=${Number(iterations)}$${encode(salt)}$${encode(key)}`
}

/** `n` is the cost itself, and not its logarithm. */
export function scryptForm(cost: { n: number; r: number; p: number }, { salt, key }: Derived): string | undefined {
  if (salt === undefined || key === undefined) return undefined
  return `$scrypt$ln=${Math.log2(cost.n)},r=${cost.r},p=${cost.p}$${encode(salt)}$${encode(key)}`
}

export interface Argon2Cost {
  readonly type: string
  readonly version: number
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

export function argon2Form(cost: Argon2Cost, { salt, key }: Derived): string | undefined {
  if (salt === undefined || key === undefined) return undefined
  const { type, version, memoryKib, passes, lanes } = cost
  return `$argon2${type}$v=${version}$m=${memoryKib},t=${passes},p=${lanes}$${encode(salt)}$${encode(key)}`
}

export interface Digested {
  /** `sha256`, `hmac-sha256`, `hmac-sha256-utf16le` … */
  readonly algorithm: string
  readonly rounds: number
  /** Of the salt; `each`: behind the password, and both again in each further round. With an HMAC the salt is the key, and there is none. */
  readonly order: 'prefix' | 'suffix' | 'each' | 'key'
}

export function digestForm({ algorithm, rounds, order }: Digested, { salt, key }: Derived): string | undefined {
  if (salt === undefined || key === undefined) return undefined
  return `digest:${algorithm}:rounds=${rounds}:${order}:${encode(salt)}:${encode(key)}`
}

/** The signer key stands in the form, or is named where the application keeps it sealed. */
export function firebaseForm(parameters: FirebaseHashParameters, salt: string, hash: string): string {
  const { memCost, rounds, saltSeparator, signerKey } = parameters
  if ('name' in signerKey) return `$firebase-scrypt$key=${signerKey.name}$${salt}$${hash}`
  return `$firebase-scrypt$mem_cost=${memCost},rounds=${rounds},salt_separator=${saltSeparator},signer_key=${signerKey.base64}$${salt}$${hash}`
}

/** A bcrypt hash of the password with the application's pepper of this name behind it. */
export const pepperedForm = (pepper: string | undefined, bcrypt: string): string =>
  pepper === undefined || !/^\$2[aby]\$/.test(bcrypt) ? bcrypt : `bcrypt+pepper:${pepper}:${bcrypt}`

/** Werkzeug's `scrypt:32768:8:1$salt$hex` and `pbkdf2:sha256:600000$salt$hex`, where the salt is text. */
export function werkzeugForm(text: string): string | undefined {
  const [, method = '', salt = '', hex] = /^\$?([a-z0-9:]+)\$([^$]+)\$([^$]+)$/.exec(text) ?? []
  const [name, ...parameters] = method.split(':')
  const derived = { salt: utf8Bytes(salt), key: hexBytes(hex) }
  if (name === 'scrypt') {
    const [n = 0, r = 0, p = 0] = parameters.map(Number)
    return scryptForm({ n, r, p }, derived)
  }
  const [digest = '', iterations] = parameters
  return name === 'pbkdf2' && isDigestName(digest) ? pbkdf2Form(digest, iterations, derived) : undefined
}

export const isDigestName = (name: string): name is DigestName => /^sha(1|256|512)$/.test(name)
