import { base64Bytes, digestForm, pbkdf2Form } from '../password-form.ts'
import { textOf } from '../raw-value.ts'

type Members = Readonly<Record<string, unknown>>

const CRYPT64 = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Scheme, factor, salt and password of a user; undefined for a scheme of a plug-in. https://fusionauth.io/docs/reference/password-hashes */
export function rewriteFusionauthHash(row: Members): string | undefined {
  const scheme = textOf(row.encryptionScheme ?? row.encryption_scheme) ?? ''
  const factor = Number(row.factor)
  const salt = textOf(row.salt) ?? ''
  const password = textOf(row.password)
  const derived = { salt: base64Bytes(salt), key: base64Bytes(password) }
  const suffix = { rounds: factor, order: 'suffix' } as const
  switch (scheme) {
    case 'bcrypt':
      return `$2a$${String(factor).padStart(2, '0')}$${salt}${password}`
    case 'salted-pbkdf2-hmac-sha256':
    case 'salted-pbkdf2-hmac-sha256-512':
      return pbkdf2Form('sha256', factor, derived)
    case 'salted-pbkdf2-hmac-sha512-512':
      return pbkdf2Form('sha512', factor, derived)
    case 'salted-sha256':
      return digestForm({ algorithm: 'sha256', ...suffix }, derived)
    case 'salted-md5':
      return digestForm({ algorithm: 'md5', ...suffix }, derived)
    case 'phpass-md5':
      return `$P$${CRYPT64.charAt(Math.log2(factor))}${phpassSalt(salt)}${password}`
    default:
      return undefined
  }
}

/** Eight characters, which some tools encode once more on the way. */
const phpassSalt = (salt: string): string => (salt.length === 8 ? salt : (base64Bytes(salt)?.toString() ?? ''))
