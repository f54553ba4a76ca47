import { hasType } from '../../crypto/jwt.ts'
import { type Claims, findClaim } from './claims.ts'
import type { JwtConfig } from './config.ts'
import type { LegacyToken } from './legacy-token.ts'
import { judgeLife } from './life.ts'
import type { TokenReading } from './presets.ts'
import { isGivenToUs } from './recipient.ts'

/** What a claim check is made with. */
export interface Judged {
  readonly token: Pick<LegacyToken, 'header' | 'claims'>
  readonly reading: TokenReading
  readonly config: JwtConfig
  readonly now: number
}

interface ClaimCheck {
  readonly name: 'type' | 'acting' | 'recipient' | 'claims' | 'times'
  /** Why the token does not pass; for whoever configures it, and never for clients. */
  findProblem(judged: Judged): string | undefined
}

/**
 * Whether a token, if it is genuine, is a session of the customer's own that may be exchanged now. What a token says against itself is certain
 * whoever signed it, so all of this comes before anybody's keys are asked for.
 */
export const CLAIM_CHECKS: readonly ClaimCheck[] = [
  {
    name: 'type',
    findProblem: ({ token, reading }) =>
      isOfType(token.header, reading.tokenType)
        ? undefined
        : `its header has typ ${shown(token.header.typ)}; wanted is ${shown(reading.tokenType ?? 'JWT')}`,
  },
  {
    name: 'acting',
    findProblem: ({ token: { claims } }) =>
      isStatement(claims) ? 'somebody acts for the user, or it tells of an event' : undefined,
  },
  {
    name: 'recipient',
    findProblem: ({ token: { claims }, reading: { recipient } }) =>
      isGivenToUs(claims, recipient)
        ? undefined
        : `it was given to aud ${shown(claims.aud)}, azp ${shown(claims.azp)}, client_id ${shown(claims.client_id ?? claims.cid)}; yours are ${shown(recipient.own)}`,
  },
  {
    name: 'claims',
    findProblem: ({ token: { claims }, reading }) => {
      const refused = Object.entries(reading.refused).find(([claim, value]) => claims[claim] === value)
      if (refused) return `${refused[0]} is ${shown(refused[1])}`
      const missing = reading.required.find(([path, values]) => !values.some((one) => findClaim(claims, path) === one))
      return missing && `${missing[0]} is ${shown(findClaim(claims, missing[0]))}; wanted is ${shown(missing[1])}`
    },
  },
  {
    name: 'times',
    findProblem: ({ token: { claims }, reading, config, now }) => {
      const life = judgeLife(claims, reading, config, now)
      return life.kind === 'over' ? life.why : undefined
    },
  },
]

const MAX_SHOWN_CHARS = 200

/** A value as people read it, cut. */
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'absent').slice(0, MAX_SHOWN_CHARS)

/** Issuers sign other things than sessions: what those say of their type keeps them apart. RFC 8725 §3.11, §3.12. */
function isOfType(header: Claims, tokenType: string | undefined): boolean {
  if (tokenType !== undefined) return hasType(header, tokenType)
  return (header.typ ?? undefined) === undefined || hasType(header, 'JWT')
}

/**
 * A session in which somebody else acts as the user is not the user's to keep (RFC 8693 §4.1); and what tells of events, a logout say, is no session
 * (RFC 8417 §2.2).
 */
const isStatement = ({ act, events }: Claims): boolean =>
  act !== undefined || (typeof events === 'object' && events !== null)
