import { readImportedHash } from '../../../crypto/password-hash.ts'
import { base64Bytes, type DigestName, pbkdf2Form } from '../password-form.ts'

const PBKDF2: Readonly<Record<string, DigestName>> = {
  PBKDF2: 'sha1',
  'PBKDF2-SHA1': 'sha1',
  'PBKDF2-SHA256': 'sha256',
  'PBKDF2-SHA512': 'sha512',
}

/** A value of `userPassword`. Schemes around a hash of another form are taken off; adapted base64 has a dot for the plus sign. */
export function rewriteLdapHash(text: string): string {
  const [, name = '', rest = ''] = /^\{([A-Za-z0-9-]+)\}(.*)$/s.exec(text) ?? []
  const scheme = name.toUpperCase()
  if (scheme === 'CRYPT' || scheme === 'ARGON2') return rest
  const digest = Object.hasOwn(PBKDF2, scheme) ? PBKDF2[scheme] : undefined
  if (digest === undefined) return text
  const [iterations, salt, key] = rest.replaceAll('.', '+').split('$')
  return pbkdf2Form(digest, iterations, { salt: base64Bytes(salt), key: base64Bytes(key) }) ?? text
}

/** Strongest first; what is none of these is a plain digest, or cannot be read. */
const STRENGTH = [/^argon2/, /scrypt$/, /bcrypt/, /^pbkdf2/, /crypt$/, /^sha512/, /^sha256/, /^sha1/, /^md5/]

/** How weak a hash is: the less, the stronger. */
export function weakness(hash: string): number {
  const read = readImportedHash(hash)
  if (read.kind === 'refused') return STRENGTH.length
  const place = STRENGTH.findIndex((pattern) => pattern.test(read.algorithm))
  return place === -1 ? STRENGTH.length - 1 : place
}
