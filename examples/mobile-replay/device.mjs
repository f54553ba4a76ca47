// What the vendor's mobile SDKs keep on a phone, and send: cookies, a key, proofs by it, a refresh token in a header.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** One phone and the server at `origin`. Each call and its answer is told to `tell`. */
export class Device {
  id = randomUUID()
  cookies = new Map()
  /** Of the session, once there is one. */
  refreshToken
  accessToken
  nonce
  /** By how many seconds the clock of the phone is ahead. */
  skew = 0

  constructor(origin, tell) {
    this.origin = origin
    this.tell = tell
  }

  /** Of P-256; on a phone it never leaves the Secure Enclave or the Keystore. */
  key = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  /** A DPoP proof (RFC 9449): `htu` without query, signature of 64 bytes, a `jwk` of four members, no `ath`. */
  prove(method, path) {
    const { x, y } = this.key.publicKey.export({ format: 'jwk' })
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x, y } }
    const claims = {
      jti: randomUUID(),
      htm: method,
      htu: new URL(path.split('?')[0], this.origin).href,
      iat: Math.floor(Date.now() / 1000) - this.skew,
      ...(this.nonce && { nonce: this.nonce }),
    }
    const input = `${encode(header)}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(input), { key: this.key.privateKey, dsaEncoding: 'ieee-p1363' })
    return `${input}.${signature.toString('base64url')}`
  }

  /** Send once, as the Android SDK does. Answers `{ status, headers, body }`. */
  async send(method, path, { body, headers = {} } = {}) {
    const answer = await fetch(new URL(path, this.origin), {
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'okhttp/4.12.0',
        'x-device-id': this.id,
        ...(method === 'POST' && { 'content-type': 'application/json' }),
        ...(this.cookies.size > 0 && { cookie: [...this.cookies.values()].join('; ') }),
        ...headers,
      },
      ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
      signal: AbortSignal.timeout(10_000),
    })
    for (const line of answer.headers.getSetCookie()) this.keepCookie(line)
    const read = { status: answer.status, headers: answer.headers, body: await answer.json().catch(() => ({})) }
    this.tell({ method, path, sent: { headers, body }, ...read })
    return read
  }

  keepCookie(line) {
    const [pair] = line.split(';')
    const name = pair.slice(0, pair.indexOf('='))
    if (/max-age=0|1970/i.test(line)) this.cookies.delete(name)
    else this.cookies.set(name, pair)
  }

  /** With a proof. Once more when the server asks for a nonce in it, or when the phone's clock was off. */
  async sendProven(method, path, { body, headers } = {}) {
    const once = async () => {
      const answer = await this.send(method, path, { body, headers: { dpop: this.prove(method, path), ...headers } })
      this.nonce = answer.headers.get('dpop-nonce') || this.nonce
      return answer
    }
    const answer = await once()
    if (answer.body.code === 'use_dpop_nonce') return await once()
    if (answer.body.code !== 'invalid_dpop_proof') return answer
    this.skew = Math.floor((Date.now() - Date.parse(answer.headers.get('date'))) / 1000)
    return Math.abs(this.skew) >= 1 ? await once() : answer
  }

  /** Keep the session of an answer: its refresh token is in a header, another one each time. */
  keepSession({ headers, body }) {
    this.refreshToken = headers.get('x-refresh-token') ?? this.refreshToken
    this.accessToken = body.access_token
  }
}
