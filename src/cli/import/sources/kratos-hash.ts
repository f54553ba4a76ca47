import { base64Bytes, digestForm, firebaseForm, hexBytes, scryptForm } from '../password-form.ts'

/** Kratos reads sixteen forms, most as they are read here; the others are rewritten. Undefined when that cannot be. https://www.ory.com/docs/kratos/manage-identities/import-user-accounts-identities */
export function rewriteKratosHash(hash: string): string | undefined {
  if (/^\$(md5|sha1|sha256|sha512)\$/.test(hash)) return digestOf(hash)
  if (hash.startsWith('$hmac-')) return hmacOf(hash)
  if (hash.startsWith('$scrypt$')) return scryptOf(hash)
  if (hash.startsWith('$firescrypt$')) return firebaseOf(hash)
  return hash
}

const ORDERS: Readonly<Record<string, 'prefix' | 'suffix'>> = {
  '{SALT}{PASSWORD}': 'prefix',
  '{PASSWORD}{SALT}': 'suffix',
}

/** `$md5$<hash>`, or `$md5$pf=<base64 of the format>$<salt>$<hash>`; other formats are refused. */
function digestOf(hash: string): string | undefined {
  const [, algorithm = '', format, salt = '', key] =
    /^\$([a-z0-9]+)\$(?:pf=([^$]+)\$([^$]+)\$)?([^$]+)$/.exec(hash) ?? []
  const order = format === undefined ? 'prefix' : ORDERS[base64Bytes(format)?.toString() ?? '']
  const derived = { salt: format === undefined ? Buffer.alloc(0) : base64Bytes(salt), key: base64Bytes(key) }
  return order === undefined ? undefined : digestForm({ algorithm, rounds: 1, order }, derived)
}

/** The hash is base64 of hex. */
function hmacOf(hash: string): string | undefined {
  const [, digest, hex, key] = /^\$hmac-([a-z0-9]+)\$([^$]+)\$([^$]+)$/.exec(hash) ?? []
  const how = { algorithm: `hmac-${digest}`, rounds: 1, order: 'key' } as const
  return digestForm(how, { salt: base64Bytes(key), key: hexBytes(base64Bytes(hex)?.toString()) })
}

/** `ln` is the cost itself there, and its logarithm in the form of ours. */
function scryptOf(hash: string): string | undefined {
  const [, n, r, p, salt, key] = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hash) ?? []
  if (n === undefined || Number(n) < 64) return hash
  return scryptForm({ n: Number(n), r: Number(r), p: Number(p) }, { salt: base64Bytes(salt), key: base64Bytes(key) })
}

function firebaseOf(hash: string): string | undefined {
  const [, memCost, rounds, salt, key, saltSeparator = '', base64] =
    /^\$firescrypt\$ln=(\d+),r=(\d+),p=1\$([^$]+)\$([^$]+)\$([^$]*)\$([^$]+)$/.exec(hash) ?? []
  if (salt === undefined || key === undefined || base64 === undefined) return undefined
  const parameters = { memCost: Number(memCost), rounds: Number(rounds), saltSeparator, signerKey: { base64 } }
  return firebaseForm(parameters, salt, key)
}
