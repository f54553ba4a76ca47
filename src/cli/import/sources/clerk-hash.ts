import {
  base64Bytes,
  digestForm,
  firebaseForm,
  hexBytes,
  pbkdf2Form,
  pepperedForm,
  utf8Bytes,
  werkzeugForm,
} from '../password-form.ts'

/** What a name of `password_hasher` means, and its digest in a form of ours; undefined when it has none. */
const HASHERS: Readonly<Record<string, (digest: string, pepper: string | undefined) => string | undefined>> = {
  bcrypt: asItIs,
  bcrypt_sha256_django: asItIs,
  // The pepper itself stands behind the hash, of every user.
  bcrypt_peppered: (digest, pepper) => pepper && pepperedForm(pepper, digest.slice(0, 60)),
  argon2i: asItIs,
  argon2id: asItIs,
  phpass: asItIs,
  md5_phpass: asItIs,
  ldap_ssha: asItIs,
  pbkdf2_sha256_django: asItIs,
  pbkdf2_sha1: (digest) => pbkdf2Of('sha1', digest, (salt) => hexBytes(salt) ?? utf8Bytes(salt), hexBytes),
  pbkdf2_sha256: (digest) => pbkdf2Of('sha256', digest, base64Bytes, base64Bytes),
  pbkdf2_sha512: (digest) => pbkdf2Of('sha512', digest, utf8Bytes, hexBytes),
  pbkdf2_sha512_hex: (digest) => pbkdf2Of('sha512', digest, hexBytes, hexBytes),
  scrypt_firebase: firebaseOf,
  scrypt_werkzeug: werkzeugForm,
  md5: (digest) => `md5:${digest}`,
  md5_salted: (digest) => saltedOf('md5', digest),
  sha256: (digest) => `sha256:${digest}`,
  sha256_salted: (digest) => saltedOf('sha256', digest),
  hmac_sha256_utf16_b64: hmacOf,
  sha512_symfony: symfonyOf,
}

/** Clerk does not say where the salt goes: in front, as it is written. */
export const SALT_ORDER_ASSUMED: readonly string[] = ['md5_salted', 'sha256_salted']

/** https://clerk.com/docs/reference/backend/user/create-user */
export const rewriteClerkHash = (hasher: string, digest: string, pepper: string | undefined): string | undefined =>
  Object.hasOwn(HASHERS, hasher) ? HASHERS[hasher]?.(digest, pepper) : undefined

function asItIs(digest: string): string {
  return digest
}

function pbkdf2Of(
  digestName: 'sha1' | 'sha256' | 'sha512',
  digest: string,
  readSalt: (text: string) => Buffer | undefined,
  readKey: (text: string) => Buffer | undefined,
): string | undefined {
  const [, iterations, salt = '', key = ''] = /^[^$]+\$(\d+)\$([^$]+)\$([^$]+)(?:\$\d+)?$/.exec(digest) ?? []
  return pbkdf2Form(digestName, iterations, { salt: readSalt(salt), key: readKey(key) })
}

function firebaseOf(digest: string): string | undefined {
  const [hash, salt, base64, saltSeparator, rounds, memCost] = digest.split('$')
  if (!hash || !salt || !base64 || saltSeparator === undefined || !rounds || !memCost) return undefined
  const parameters = { memCost: Number(memCost), rounds: Number(rounds), saltSeparator, signerKey: { base64 } }
  return firebaseForm(parameters, salt, hash)
}

/** Salt and hash have stood in both orders; the hash is hex of one length. */
function saltedOf(algorithm: 'md5' | 'sha256', digest: string): string | undefined {
  const hex = algorithm === 'md5' ? '[0-9a-f]{32}' : '[0-9a-f]{64}'
  const [, salt, key] = new RegExp(`^(.+)\\$(${hex})$`, 'i').exec(digest) ?? []
  if (salt !== undefined) return `${algorithm}:prefix:${salt}:${key}`
  const [, first, last] = new RegExp(`^(${hex})\\$(.+)$`, 'i').exec(digest) ?? []
  return last === undefined ? undefined : `${algorithm}:prefix:${last}:${first}`
}

function hmacOf(digest: string): string | undefined {
  const [, key, secret] = /^hmac_sha256_utf16_b64\$([^$]+)\$([^$]+)$/.exec(digest) ?? []
  const how = { algorithm: 'hmac-sha256-utf16le', rounds: 1, order: 'key' } as const
  return digestForm(how, { salt: base64Bytes(secret), key: base64Bytes(key) })
}

/** Symfony puts the salt in braces behind the password, and both behind each round's digest. */
function symfonyOf(digest: string): string | undefined {
  const [, rounds, salt, key] = /^sha512_symfony\$([1-9]\d*)\$([^$]+)\$([^$]+)$/.exec(digest) ?? []
  const how = { algorithm: 'sha512', rounds: Number(rounds), order: 'each' } as const
  return digestForm(how, { salt: utf8Bytes(`{${salt}}`), key: base64Bytes(key) })
}
