import { decodeJson } from '../../crypto/json.ts'
import { readImportedHash } from '../../crypto/password-hash.ts'
import type { Deps } from '../../platform/deps.ts'
import { recordOf } from '../legacy-users/accounts.ts'
import type { LegacyRecord } from '../legacy-users/matching.ts'
import { type Digests, digestsOf, type Parts } from './digests.ts'
import type { RawLine } from './framing.ts'
import type { ReadLine } from './read-record.ts'
import { readImportRecord } from './read-record.ts'

/** What holds for every line of an import while it is loaded. */
export interface Grounds {
  readonly appId: string
  /** Scopes that the application allows. */
  readonly scopes: ReadonlySet<string>
  /** Ids of the groups that there are, by name. */
  readonly groups: ReadonlyMap<string, string>
  /** The issuer that each provider is configured with. */
  readonly issuers: ReadonlyMap<string, string>
  /** What hashes may need besides: `kind name`. */
  readonly secrets: ReadonlySet<string>
  /** Unix ms; lines of before are skipped. */
  readonly since: number | undefined
}

/** A user of a file, ready to be looked for. */
export interface Candidate {
  readonly read: ReadLine
  readonly record: LegacyRecord
  readonly parts: Parts
  readonly wanted: Digests
  /** Of those groups of the record that there are here. */
  readonly groupIds: readonly string[]
  /** Names of the others, which are kept until there are such groups. */
  readonly unknownGroups: readonly string[]
  readonly hashForm: string | undefined
  /** Places of what is not taken over. */
  readonly leftOut: readonly string[]
}

export type Prepared = { readonly raw: RawLine; readonly number: number } & (
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  | {
      readonly kind: 'refused' | 'skipped'
      readonly code: string
      readonly field?: string | undefined
      readonly externalId?: string | undefined
    }
)

/** Read a line of a file, and everything that can be found out without asking the database. Slow. */
export async function prepare(deps: Deps, grounds: Grounds, raw: RawLine, number: number): Promise<Prepared> {
  const at = { raw, number }
  if (!raw.bytes) return { ...at, kind: 'refused', code: 'too_long' }
  const bytes = Buffer.from(raw.bytes.buffer, raw.bytes.byteOffset, raw.bytes.byteLength)
  if (isBlank(bytes)) return { ...at, kind: 'skipped', code: 'blank' }
  const read = await readImportRecord(decodeJson(bytes))
  if (read.kind === 'unread') return { ...at, kind: read.outcome, code: read.code }
  if (read.kind === 'refused') return { ...at, ...read }
  const line = notAhead(read.line, deps.now())
  const { externalId } = line.user
  const isBefore = grounds.since !== undefined && line.updatedAt !== undefined && line.updatedAt < grounds.since
  if (isBefore) return { ...at, kind: 'skipped', code: 'before_since', externalId }
  return { ...at, kind: 'candidate', candidate: candidateOf(deps, grounds, line) }
}

/** A time that has not come yet would make every later record the older one, and somebody active for good. */
function notAhead(line: ReadLine, now: number): ReadLine {
  const past = (at: number | undefined) => (at === undefined ? undefined : Math.min(at, now))
  return { ...line, updatedAt: past(line.updatedAt), lastSeenAt: past(line.lastSeenAt) }
}

export const nameOfSecret = ({ kind, name }: { readonly kind: string; readonly name: string }) => `${kind} ${name}`

const BLANKS = new Set([0x20, 0x09, 0x0d])
const isBlank = (bytes: Uint8Array) => bytes.every((byte) => BLANKS.has(byte))

/** As many as the management API would grant. */
const MAX_SCOPES = 100

function candidateOf(deps: Deps, grounds: Grounds, line: ReadLine): Candidate {
  const { user } = line
  const named = {
    ...user,
    federatedIdentities: user.federatedIdentities.map((one) => ({
      ...one,
      issuer: grounds.issuers.get(one.provider) ?? '',
    })),
  }
  const scopes = [...user.scopes.keys()].filter((scope) => grounds.scopes.has(scope)).slice(0, MAX_SCOPES)
  const given = user.password?.kind === 'hash' ? user.password.hash : undefined
  const imported = given === undefined ? undefined : readImportedHash(given)
  const isUsable =
    imported?.kind === 'accepted' && (!imported.secret || grounds.secrets.has(nameOfSecret(imported.secret)))
  const hash = isUsable ? given : undefined
  const parts: Parts = {
    identifiers: user.identifiers,
    profile: user.profile,
    scopes,
    groups: [...user.groups.keys()].map((name) => (grounds.groups.has(name) ? [name] : name)),
    federatedIdentities: user.federatedIdentities,
    passwordHash: hash,
    isBlocked: line.isBlocked,
    leftovers: line.leftovers,
  }
  const notGranted = [...user.scopes].flatMap(([scope, place]) => (scopes.includes(scope) ? [] : [place]))
  // A record without a password that can be used says nothing of the one that is here.
  const said = [...line.given].filter((field) => field !== 'password_hash' || hash !== undefined)
  return {
    read: { ...line, user: named, given: new Set(said) },
    record: recordOf(named),
    parts,
    wanted: digestsOf(deps, grounds.appId, parts),
    unknownGroups: [...user.groups.keys()].filter((name) => !grounds.groups.has(name)),
    groupIds: [...user.groups.keys()].flatMap((name) => grounds.groups.get(name) ?? []),
    hashForm: isUsable ? imported.algorithm : undefined,
    leftOut: [...line.leftOut, ...notGranted, ...(given !== undefined && !isUsable ? ['password_hash'] : [])],
  }
}
