import { decodeJwt } from '../../crypto/jwt.ts'

/** What a legacy token that was refused looks like, and nothing that opens anything or names anybody. Whoever sent it may have made it up. */
export type RefusalSample =
  | {
      readonly kind: 'jwt'
      /** Host of `iss`; masked where it is no URL. */
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
    ...(typeof iss === 'string' && { issuer: hostOf(iss) }),
    ...(typeof sub === 'string' && { subject: maskId(sub) }),
    ...(typeof jwt.header.alg === 'string' && ALGORITHM.test(jwt.header.alg) && { algorithm: jwt.header.alg }),
    ...(ago > 0 && Number.isSafeInteger(ago) && { expired_seconds_ago: ago }),
  }
}

/** As the algorithms of signatures are named. RFC 7518 §3.1. */
const ALGORITHM = /^(?:none|[A-Z][A-Za-z0-9]{1,11})$/

const hostOf = (iss: string) => {
  const host = URL.parse(iss)?.host
  return host ? plain(host) : maskId(iss)
}

const MOST_CHARS = 60

/** Text from outside, short and in one line. */
const plain = (text: string): string => text.replace(/[^\x20-\x7e]/g, '·').slice(0, MOST_CHARS)

const SHOWN = 3

/** What addresses and numbers of people have. */
const PERSONAL = /@|^\+/

/** Enough of an id to recognise it beside another, `aut••123`; of an address or a number only what it begins with. */
export function maskId(id: string): string {
  const text = plain(id)
  if (PERSONAL.test(text) || text.length < 3 * SHOWN) return `${text.slice(0, 1)}••`
  return `${text.slice(0, SHOWN)}••${text.slice(-SHOWN)}`
}
