// Antiphon's webhooks: bytes in, events out. Node 18 or later, no package. Throws when anything is wrong: answer 400 then.
import { constants, createPublicKey, verify } from 'node:crypto'

/** `jwksUrl`: `https://<your Antiphon>/.well-known/jwks.json`. Make one reader per process, for it remembers the keys. */
export function antiphonWebhook({ appId, jwksUrl }) {
  let keys = []
  let askedAt = Number.NEGATIVE_INFINITY
  let asking

  async function ask() {
    const response = await fetch(jwksUrl, { redirect: 'error', signal: AbortSignal.timeout(2_000) })
    if (response.ok) keys = (await response.json()).keys
  }
  async function keyOf(id, now) {
    const find = () => keys.find(({ kid, alg }) => kid === id && alg === 'PS256')
    // Keys are good for ten minutes; ids that are unknown make us ask again, but not all the time.
    if (now - askedAt > (find() ? 600_000 : 10_000)) {
      askedAt = now
      asking = ask().catch(() => {})
    }
    await asking
    if (!find()) throw new Error(`no key ${id} at ${jwksUrl}`)
    return createPublicKey({ key: find(), format: 'jwk' })
  }
  /** `body`: the bytes as they came, before any parser. `headers`: of a Node request, or a `Headers`. */
  return async function events(body, headers, now = Date.now()) {
    const header = (name) => headers.get?.(name) ?? headers[name] ?? ''
    if (!(body instanceof Uint8Array)) throw new TypeError('give the raw bytes of the body')
    const [, signature] = /^rsassa-pss-sha256=([\w-]+)$/.exec(header('x-webhook-signature')) ?? []
    if (!signature) throw new Error('no signature of the form rsassa-pss-sha256=…')
    const key = await keyOf(header('x-webhook-signature-key-id'), now)
    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    if (!verify('sha256', body, pss, Buffer.from(signature, 'base64url'))) throw new Error('not signed by Antiphon')
    const batch = JSON.parse(Buffer.from(body).toString())
    if (batch.app_id !== appId) throw new Error('for another application')
    if (!(Math.abs(now - Date.parse(batch.sent_at)) <= 300_000)) throw new Error('sent more than 5 minutes ago')
    return batch.events
  }
}
