import {
  base64Bytes,
  type DigestName,
  digestForm,
  hexBytes,
  isDigestName,
  pbkdf2Form,
  scryptForm,
  utf8Bytes,
} from '../password-form.ts'
import { membersOf, textOf } from '../raw-value.ts'

type Members = Readonly<Record<string, unknown>>

/** A `custom_password_hash` of an import into Auth0; undefined when its algorithm is not supported. https://auth0.com/docs/manage-users/user-migration/bulk-user-import-database-schema-and-examples */
export function rewriteAuth0Hash(custom: Members): string | undefined {
  const algorithm = textOf(custom.algorithm)?.toLowerCase() ?? ''
  const value = textOf(membersOf(custom.hash).value)
  const salt = membersOf(custom.salt)
  const hasOuterSalt = textOf(salt.value) !== undefined
  if (value === undefined) return undefined
  if (algorithm === 'scrypt') return scryptOf(custom)
  if (algorithm === 'hmac') return hmacOf(custom)
  if (/^(md5|sha1|sha256|sha512)$/.test(algorithm)) return digestOf(algorithm, custom)
  if (hasOuterSalt || !/^(bcrypt|argon2|pbkdf2|ldap)$/.test(algorithm)) return undefined
  return algorithm === 'pbkdf2' ? pbkdf2Of(value) : value
}

function bytesOf(part: unknown, defaultEncoding: string): Buffer | undefined {
  const { value, encoding } = membersOf(part)
  const text = textOf(value)
  if (text === undefined) return undefined
  const named = textOf(encoding) ?? defaultEncoding
  if (named === 'hex') return hexBytes(text)
  return named === 'base64' ? base64Bytes(text) : utf8Bytes(text)
}

const suffixOf = (encoding: unknown): string | undefined => {
  const name = textOf(encoding)?.toLowerCase() ?? 'utf8'
  if (name === 'utf8' || name === 'ascii') return ''
  return name === 'utf16le' || name === 'ucs2' ? '-utf16le' : undefined
}

function digestOf(digest: string, custom: Members): string | undefined {
  const encoding = suffixOf(membersOf(custom.password).encoding)
  const order = membersOf(custom.salt).position === 'suffix' ? 'suffix' : 'prefix'
  const salt = bytesOf(custom.salt, 'utf8') ?? Buffer.alloc(0)
  const key = bytesOf(custom.hash, 'hex')
  return encoding === undefined
    ? undefined
    : digestForm({ algorithm: digest + encoding, rounds: 1, order }, { salt, key })
}

function hmacOf(custom: Members): string | undefined {
  const hash = membersOf(custom.hash)
  const digest = textOf(hash.digest)?.toLowerCase() ?? ''
  const encoding = suffixOf(membersOf(custom.password).encoding)
  const salt = bytesOf(hash.key, 'utf8')
  // With a salt besides, what is keyed is more than the password.
  if (encoding === undefined || textOf(membersOf(custom.salt).value) !== undefined) return undefined
  const algorithm = `hmac-${digest}${encoding}`
  return digestForm({ algorithm, rounds: 1, order: 'key' }, { salt, key: bytesOf(hash, 'hex') })
}

function scryptOf(custom: Members): string | undefined {
  const [n, r, p] = [custom.cost ?? 16384, custom.blockSize ?? 8, custom.parallelization ?? 1].map(Number)
  const derived = { salt: bytesOf(custom.salt, 'utf8'), key: bytesOf(custom.hash, 'base64') }
  return scryptForm({ n: n ?? 0, r: r ?? 0, p: p ?? 0 }, derived)
}

/** Auth0 takes PBKDF2 as `$pbkdf2-sha256$i=100000,l=32$salt$hash`; the names of the digests are written in more than one way. */
function pbkdf2Of(value: string): string | undefined {
  const [, name = '', iterations, salt, key] =
    /^\$pbkdf2-([a-z0-9-]+)\$i=(\d+)(?:,l=\d+)?\$([^$]+)\$([^$]+)$/i.exec(value) ?? []
  const digest = name.toLowerCase().replace('-', '') as DigestName
  return isDigestName(digest)
    ? pbkdf2Form(digest, iterations, { salt: base64Bytes(salt), key: base64Bytes(key) })
    : undefined
}
