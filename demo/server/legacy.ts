import { createHash, randomBytes } from 'node:crypto'

/** Somebody with an account at Larkspur Notes, the pretend legacy app. There is no list of them: a name is an account. */
export interface Person {
  readonly name: string
  readonly email: string
  readonly externalId: string
}

/** A time that Antiphon asked whose session this is. */
export interface HookCheck {
  readonly at: number
  readonly tookMs: number
  readonly keyId: string
}

/** A session as many old apps have them: an opaque token, in a cookie, known to one process. */
export interface LegacySession {
  readonly token: string
  readonly person: Person
  readonly lastCheck: HookCheck | undefined
}

export type LegacySessions = ReturnType<typeof legacySessions>

const MAX_SESSIONS = 1_000

/** Larkspur's sessions. The oldest goes when there are too many. */
export function legacySessions() {
  const sessions = new Map<string, LegacySession>()
  return {
    start(name: string): LegacySession {
      const token = `lark_${randomBytes(24).toString('base64url')}`
      const session = { token, person: personNamed(name), lastCheck: undefined }
      const [oldest] = sessions.keys()
      if (oldest !== undefined && sessions.size >= MAX_SESSIONS) sessions.delete(oldest)
      sessions.set(token, session)
      return session
    },
    find: (token: string): LegacySession | undefined => sessions.get(token),
    /** Remember that Antiphon asked. */
    update(session: LegacySession, lastCheck: HookCheck) {
      if (sessions.has(session.token)) sessions.set(session.token, { ...session, lastCheck })
    },
    end: (token: string): boolean => sessions.delete(token),
  }
}

/** The account of a name; spelling and accents make no other person. */
export function personNamed(name: string): Person {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
  const hash = createHash('sha256').update(plain).digest('hex')
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || `p-${hash.slice(0, 8)}`
  return { name, email: `${slug}@larkspur.example`, externalId: `larkspur_${slug}` }
}
