import { base64Bytes, digestForm, hexBytes, pbkdf2Form, scryptForm } from '../password-form.ts'

/** A hash of `DelegatingPasswordEncoder`, `{id}hash`. https://docs.spring.io/spring-security/reference/features/authentication/password-storage.html */
export type SpringHash =
  | { readonly kind: 'hash'; readonly hash: string }
  | { readonly kind: 'clear'; readonly password: string }
  | { readonly kind: 'unsupported' }

/** `encoder` is that of hashes without an id; without it they are read as they are. */
export function rewriteSpringHash(text: string, encoder: string | undefined): SpringHash {
  const [, id = encoder, encoded = text] = /^\{([^}]*)\}(.*)$/s.exec(isOfLdap(text) ? '' : text) ?? []
  if (id === 'noop') return { kind: 'clear', password: encoded }
  const hash = id === undefined ? encoded : rewrite(id, encoded)
  return hash === undefined ? { kind: 'unsupported' } : { kind: 'hash', hash }
}

/** Without an id, the braces of LDAP's own schemes look like one. */
const isOfLdap = (text: string): boolean => /^\{(SSHA|SHA)\d*\}[A-Za-z0-9+/=]+$/.test(text)

function rewrite(id: string, encoded: string): string | undefined {
  const [name = ''] = id.split('@')
  const isLater = id.endsWith('@SpringSecurity_v5_8')
  switch (name) {
    case 'bcrypt':
    case 'argon2':
    case 'ldap':
      return encoded
    case 'pbkdf2':
      return isLater ? pbkdf2Of('sha256', 310_000, 16, encoded) : pbkdf2Of('sha1', 185_000, 8, encoded)
    case 'scrypt':
      return scryptOf(encoded)
    case 'MD5':
    case 'SHA-1':
    case 'SHA-256':
    case 'SHA-512':
      return digestOf(name.toLowerCase().replace('-', ''), encoded)
    case 'sha256':
      return standardOf(encoded)
    default:
      return undefined
  }
}

/** Salt and key in one. */
function pbkdf2Of(
  digest: 'sha1' | 'sha256',
  iterations: number,
  saltBytes: number,
  encoded: string,
): string | undefined {
  const bytes = hexBytes(encoded) ?? base64Bytes(encoded)
  return pbkdf2Form(digest, iterations, { salt: bytes?.subarray(0, saltBytes), key: bytes?.subarray(saltBytes) })
}

/** `$e0801$salt$key`: the hex is log2 of N, r and p, 8 bits for each of the latter. */
function scryptOf(encoded: string): string | undefined {
  const [, hex = '', salt, key] = /^\$([0-9a-f]+)\$([^$]+)\$([^$]+)$/.exec(encoded) ?? []
  const bits = Number.parseInt(hex, 16)
  const cost = { n: 2 ** (bits >>> 16), r: (bits >>> 8) & 0xff, p: bits & 0xff }
  return scryptForm(cost, { salt: base64Bytes(salt), key: base64Bytes(key) })
}

/** `{salt}hex`, whose braces are digested with the salt, behind the password; or hex alone. */
function digestOf(algorithm: string, encoded: string): string | undefined {
  const [, salt = '', hex] = /^(\{.*\})?([0-9a-f]+)$/i.exec(encoded) ?? []
  if (hex === undefined) return undefined
  return salt === '' ? `${algorithm}:${hex}` : `${algorithm}:suffix:${salt}:${hex}`
}

/** `StandardPasswordEncoder`: 8 bytes of salt, then the digest. */
function standardOf(encoded: string): string | undefined {
  const bytes = hexBytes(encoded)
  const how = { algorithm: 'sha256', rounds: 1024, order: 'prefix' } as const
  return digestForm(how, { salt: bytes?.subarray(0, 8), key: bytes?.subarray(8) })
}
