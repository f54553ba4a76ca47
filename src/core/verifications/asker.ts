import { hmacSha256 } from '../../crypto/hash.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { kept } from '../../platform/kept-keys.ts'
import { networkOf } from '../../platform/limits/network.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { findProof } from '../identifiers/store/holders.ts'
import { type Place, placeOf } from '../places/place.ts'
import { isKnownPlace, putKnownPlace } from '../places/store.ts'

/** Who asks for a code or tries one, and for whom. */
export interface CodeRequest {
  /** Normalised. */
  readonly identifier: Identifier
  readonly ip: string
}

/** The same, as far as limits can tell them apart. */
export interface Asker extends CodeRequest {
  /** Whether a user has proven the identifier. */
  readonly proven: boolean
  /** Where its user has logged in by a code to this identifier: what strangers do is not counted there. */
  readonly knownPlace: string | undefined
}

/** Whoever it is for, the database is asked the same questions. */
export async function findAsker(tx: Tx, deps: Deps, appId: string, { identifier, ip }: CodeRequest): Promise<Asker> {
  const { place, proven } = await findPlace(tx, deps, appId, { identifier, ip })
  const known = await isKnownPlace(tx, appId, place)
  return { identifier, ip, proven, knownPlace: known && proven ? place.place : undefined }
}

/** Remember where the right code of a proven identifier was entered. */
export async function rememberPlace(tx: Tx, deps: Deps, appId: string, request: CodeRequest): Promise<void> {
  const { place, proven } = await findPlace(tx, deps, appId, request)
  if (proven) await putKnownPlace(tx, appId, place, deps.now())
}

/** A place is known by the proof: whoever proves the identifier anew, or for another user, has none yet. */
async function findPlace(
  db: Db,
  deps: Deps,
  appId: string,
  { identifier, ip }: CodeRequest,
): Promise<{ place: Place; proven: boolean }> {
  const proof = await findProof(db, appId, identifier)
  const vouching = ['code', subjectOf(identifier), proof?.userId ?? '', String(proof?.verifiedAt ?? '')]
  return { place: placeOf(deps, appId, vouching, ip), proven: proof !== undefined }
}

export const subjectOf = ({ type, value }: Identifier): string => `${type}:${value}`

const clientKey = kept('otp-clients')
const MAX_USER_AGENT_CHARS = 400

/** Who asks, as far as two starts that know nothing of each other can be told to be of one client. Unreadable. */
export function clientOf(
  deps: Deps,
  appId: string,
  identifier: Identifier,
  { ip, headers }: Pick<HttpRequest, 'ip' | 'headers'>,
): string {
  const browser = String(headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT_CHARS)
  const words = [appId, subjectOf(identifier), networkOf(ip), browser]
  return hmacSha256(clientKey(deps), JSON.stringify(words)).toString('base64url')
}
