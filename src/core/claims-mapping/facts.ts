import { type Fact, type FactRow, ofUser } from './store/facts.ts'

/** What is known of a user, as far as it was asked for. */
export interface Facts {
  readonly profile: Readonly<Record<string, unknown>>
  readonly internalId: string | null
  readonly externalId: string | null
  /** Proven ones, oldest first. */
  readonly emails: readonly string[]
  readonly phoneNumbers: readonly string[]
  readonly hasPasskey: boolean
}

export const NO_FACTS: Facts = {
  profile: {},
  internalId: null,
  externalId: null,
  emails: [],
  phoneNumbers: [],
  hasPasskey: false,
}

/** Read what the database answered to these questions. */
export function readFacts(facts: readonly Fact[], row: Partial<FactRow>): Facts {
  const { profile, internal_id: internalId = null, external_id: externalId = null } = readUser(facts, row.of_user)
  const identifiers = readIdentifiers(row.identifiers ?? null)
  return {
    profile: profile === undefined ? {} : (JSON.parse(profile) as Record<string, unknown>),
    internalId,
    externalId,
    emails: identifiers.emails,
    phoneNumbers: identifiers.phoneNumbers,
    hasPasskey: row.has_passkey === 1,
  }
}

function readUser(facts: readonly Fact[], text = ''): Partial<Record<Fact, string>> {
  const columns = ofUser(facts)
  const found: Partial<Record<Fact, string>> = {}
  let rest = text
  for (const [i, column] of columns.entries()) {
    const end = i === columns.length - 1 ? rest.length : rest.indexOf('\n')
    if (rest.startsWith('=')) found[column] = rest.slice(1, end)
    rest = rest.slice(end + 1)
  }
  return found
}

const NONE = { emails: [], phoneNumbers: [] } as const

function readIdentifiers(text: string | null): Pick<Facts, 'emails' | 'phoneNumbers'> {
  if (text === null) return NONE
  const all = text.split('\n').map(readLine)
  if (all.length > 1) all.sort((a, b) => a.createdAt - b.createdAt || (a.value < b.value ? -1 : 1))
  const of = (wanted: string) => all.flatMap(({ type, value }) => (type === wanted ? [value] : []))
  return { emails: of('email_address'), phoneNumbers: of('phone_number') }
}

function readLine(line: string) {
  const first = line.indexOf(' ')
  const second = line.indexOf(' ', first + 1)
  return { createdAt: Number(line.slice(0, first)), type: line.slice(first + 1, second), value: line.slice(second + 1) }
}
