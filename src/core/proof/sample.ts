import { decodeJwt } from '../../crypto/jwt.ts'

/** What a legacy token that was refused looks like, and nothing that opens anything or names anybody. Whoever sent it may have made it up. */
export type RefusalSample =
  | {
      readonly kind: 'jwt'
      /** Host of `iss`, or the beginning of what stands there. */
      readonly issuer?: string
      /** Masked. */
      readonly subject?: string
      readonly algorithm?: string
      /** How long it had been over; missing when it was not, or does not say. */
      readonly expired_seconds_ago?: number
    }
  | { readonly kind: 'opaque'; readonly characters: number }

/** Describe a refused token. */
export function sampleOf(token: string, now: number): RefusalSample {
  const jwt = decodeJwt(token)
  if (!jwt) return { kind: 'opaque', characters: token.length }
  const { iss, sub, exp } = jwt.claims
  const ago = typeof exp === 'number' ? Math.floor(now / 1000 - exp) : 0
  return {
    kind: 'jwt',
    ...(typeof iss === 'string' && { issuer: plain(URL.parse(iss)?.host || iss) }),
    ...(typeof sub === 'string' && { subject: maskId(sub) }),
    ...(typeof jwt.header.alg === 'string' && { algorithm: plain(jwt.header.alg) }),
    ...(ago > 0 && Number.isSafeInteger(ago) && { expired_seconds_ago: ago }),
  }
}

const MOST_CHARS = 60

/** Text from outside, short and in one line. */
const plain = (text: string): string => text.replace(/[^\x20-\x7e]/g, '·').slice(0, MOST_CHARS)

const SHOWN = 3

/** Enough of an id to recognise it beside another: `aut••123`. */
export function maskId(id: string): string {
  const text = plain(id)
  if (text.length < 3 * SHOWN) return `${text.slice(0, 1)}••`
  return `${text.slice(0, SHOWN)}••${text.slice(-SHOWN)}`
}
