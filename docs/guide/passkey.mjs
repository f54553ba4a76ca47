// An authenticator in one file, to try passkeys without a browser: what it keeps is in passkey.json, where no real one would leave a key.
// Reads an answer of Antiphon with options in it; writes what `navigator.credentials.create()` or `get()` would give, as JSON.
// Run: … | node docs/guide/passkey.mjs https://localhost:8443
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

const [, , origin] = process.argv
const FILE = 'passkey.json'
const PRESENT = 1
const VERIFIED = 4
const WITH_KEY = 64

const sha256 = (data) => createHash('sha256').update(data).digest()
const base64url = (data) => Buffer.from(data).toString('base64url')
const counted = (bytes) => [bytes.length >> 8, bytes.length & 255, ...bytes]

/** What the authenticator says of itself. WebAuthn Level 3 §6.1. Like a synced one, it counts nothing. */
const dataOf = (rpId, flags, key = []) => Buffer.from([...sha256(rpId), flags, 0, 0, 0, 0, ...key])

/** Which page asked for what. WebAuthn Level 3 §5.8.1. */
const clientOf = (type, challenge) => Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))

function create({ challenge, rp, user }) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  const { x, y } = publicKey.export({ format: 'jwk' })
  const coordinate = (name, value) => [name, 0x58, 32, ...Buffer.from(value, 'base64url')]
  // The key in COSE: kind EC2, algorithm ES256, curve P-256, x, y. RFC 9053 §7.1.
  const cose = [0xa5, 1, 2, 3, 0x26, 0x20, 1, ...coordinate(0x21, x), ...coordinate(0x22, y)]
  const data = dataOf(rp.id, PRESENT | VERIFIED | WITH_KEY, [...Buffer.alloc(16), ...counted(id), ...cose])
  const text = (value) => [0x60 | value.length, ...Buffer.from(value)]
  const object = [
    0xa3,
    ...text('fmt'),
    ...text('none'),
    ...text('attStmt'),
    0xa0,
    ...text('authData'),
    0x58,
    data.length,
    ...data,
  ]
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' })
  writeFileSync(FILE, JSON.stringify({ id: base64url(id), handle: user.id, key }), { mode: 0o600 })
  const clientDataJSON = base64url(clientOf('webauthn.create', challenge))
  return {
    id: base64url(id),
    response: { clientDataJSON, attestationObject: base64url(object), transports: ['internal'] },
  }
}

function get({ challenge, rpId }) {
  const { id, handle, key } = JSON.parse(readFileSync(FILE, 'utf8'))
  const data = dataOf(rpId, PRESENT | VERIFIED)
  const client = clientOf('webauthn.get', challenge)
  const signature = sign('sha256', Buffer.concat([data, sha256(client)]), createPrivateKey(key))
  const said = {
    clientDataJSON: base64url(client),
    authenticatorData: base64url(data),
    signature: base64url(signature),
  }
  return { id, response: { ...said, userHandle: handle } }
}

const answer = JSON.parse(readFileSync(0, 'utf8'))
const options = answer.public_key ?? answer.public_key_credential_request_options
const { id, response } = options.pubKeyCredParams ? create(options) : get(options)
console.log(JSON.stringify({ id, rawId: id, type: 'public-key', response }))
