import { hash } from 'node:crypto'
import { equalBytes } from '../hash.ts'
import { decodeBase64 } from './base64.ts'
import { type Reading, refuse } from './reading.ts'

const OUR_FORM =
  /^(?<algorithm>md5|sha1|sha256|sha512):(?:(?<position>prefix|suffix):(?<salt>.+):)?(?<digest>[0-9a-fA-F]+)$/s
const DJANGO_FORM = /^(?<algorithm>md5|sha1)\$(?<salt>[^$]*)\$(?<digest>[0-9a-f]+)$/
const LDAP_FORM = /^\{(?<scheme>[a-z0-9]+)\}(?<bytes>.*)$/is
const DIGEST_BYTES = new Map([
  ['md5', 16],
  ['sha1', 20],
  ['sha256', 32],
  ['sha512', 64],
])
const LDAP_SCHEMES = new Map([
  ['MD5', { algorithm: 'md5', salted: false }],
  ['SMD5', { algorithm: 'md5', salted: true }],
  ['SHA', { algorithm: 'sha1', salted: false }],
  ['SSHA', { algorithm: 'sha1', salted: true }],
  ['SHA256', { algorithm: 'sha256', salted: false }],
  ['SSHA256', { algorithm: 'sha256', salted: true }],
  ['SHA512', { algorithm: 'sha512', salted: false }],
  ['SSHA512', { algorithm: 'sha512', salted: true }],
])

/** Reads one digest of password and salt: our own `md5:prefix:<salt>:<hex>`, or Django's `md5$<salt>$<hex>`. */
export function readHexDigest(text: string): Reading | undefined {
  if (!/^(md5|sha1|sha256|sha512)[:$]/.test(text)) return undefined
  const groups = (OUR_FORM.exec(text) ?? DJANGO_FORM.exec(text))?.groups
  const { algorithm = '', position = 'prefix', salt = '', digest: hex = '' } = groups ?? {}
  const digest = Buffer.from(hex, 'hex')
  if (groups === undefined || hex.length !== 2 * (DIGEST_BYTES.get(algorithm) ?? 0)) {
    return refuse('the digest is malformed: expected <algorithm>:<hex>, or <algorithm>:<prefix or suffix>:<salt>:<hex>')
  }
  return {
    kind: 'accepted',
    hash: `${algorithm}:${salt === '' ? '' : `${position}:${salt}:`}${digest.toString('hex')}`,
    algorithm,
    matches: (password) =>
      equalBytes(digestOf(algorithm, position === 'prefix' ? salt + password : password + salt), digest),
  }
}

/** Reads the RFC 2307 schemes of LDAP servers, `{SSHA}` and its like: base64 of the digest, then the salt. */
export function readLdapDigest(text: string): Reading | undefined {
  const { scheme = '', bytes: base64 = '' } = LDAP_FORM.exec(text)?.groups ?? {}
  if (scheme === '') return undefined
  const kind = LDAP_SCHEMES.get(scheme.toUpperCase())
  if (kind === undefined) return refuse(`the LDAP schemes that are read are ${[...LDAP_SCHEMES.keys()].join(', ')}`)
  const { algorithm, salted } = kind
  const bytes = decodeBase64(base64)
  const length = DIGEST_BYTES.get(algorithm) ?? 0
  if (bytes === undefined || (salted ? bytes.length <= length : bytes.length !== length)) {
    return refuse(`the LDAP hash is malformed: expected base64 of ${length} bytes${salted ? ' and a salt' : ''}`)
  }
  const digest = bytes.subarray(0, length)
  const salt = bytes.subarray(length)
  return {
    kind: 'accepted',
    hash: `{${scheme.toUpperCase()}}${bytes.toString('base64')}`,
    algorithm,
    matches: (password) =>
      equalBytes(digestOf(algorithm, Buffer.concat([Buffer.from(password, 'utf8'), salt])), digest),
  }
}

function digestOf(algorithm: string, data: string | Buffer): Buffer {
  return hash(algorithm, data, 'buffer')
}
