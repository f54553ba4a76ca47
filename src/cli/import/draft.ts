import { normaliseEmailAddress } from '../../core/identifiers/identifier.ts'
import { MAX_LEFTOVERS_CHARS } from '../../core/imports/read-record.ts'
import type { ImportedIdentifier, ImportRecord } from '../../core/imports/record.ts'
import { isDeeper, MAX_PROFILE_CHARS, MAX_PROFILE_LEVELS } from '../../core/legacy-users/legacy-user.ts'
import { readImportedHash } from '../../crypto/password-hash.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { readDate } from './legacy-date.ts'
import { readLegacyNumber } from './phone-number.ts'
import { isPlaceholder } from './placeholder-address.ts'
import { readProvider } from './provider-name.ts'
import { listOf, textOf } from './raw-value.ts'
import type { Mapped, Note, SourceOptions } from './source.ts'

/** What is said of an address: where it stands, and whether, and since when, it is proven. */
export interface Said {
  readonly field: string
  readonly verified: boolean
  /** When it was proven, as the export writes it. */
  readonly verifiedAt?: unknown
}

type Identified = ImportRecord['federated_identities'][number]
type Leftover = NonNullable<ImportRecord['leftovers']>[number]

const PROFILE_NAMES = ['first_name', 'last_name', 'name', 'nickname', 'picture', 'locale'] as const
export type ProfileName = (typeof PROFILE_NAMES)[number]

/** A user between the raw record and the record: what every source has in common, so that each says only where things stand. */
export class Draft {
  readonly #options: SourceOptions
  readonly #notes: Note[] = []
  readonly #identifiers = new Map<string, ImportedIdentifier>()
  readonly #federated = new Map<string, Identified>()
  readonly #groups = new Set<string>()
  readonly #leftovers: Leftover[] = []
  readonly #profile = new Map<string, unknown>()
  #externalId = ''
  #passwordHash: string | undefined
  #status: ImportRecord['status'] = 'active'
  #times: Pick<ImportRecord, 'created_at' | 'updated_at' | 'last_seen_at'> = {}
  #username: { name: string; field: string } | undefined

  constructor(options: SourceOptions) {
    this.#options = options
  }

  note(kind: string, field?: string): void {
    this.#notes.push(field === undefined ? { kind } : { kind, field })
  }

  /** Keep something sealed that cannot be used yet, and say so. Absent: nothing is. */
  leave(kind: string, value: unknown, field: string): void {
    if (value === undefined || value === null || value === '' || isEmpty(value)) return
    this.note(kind, field)
    if (isDeeper(value, MAX_PROFILE_LEVELS)) this.note('nested_too_deep', field)
    else if (this.#hasRoomFor({ kind, value })) this.#leftovers.push({ kind, value })
    else this.note('too_large', field)
  }

  #hasRoomFor(leftover: Leftover): boolean {
    return JSON.stringify([...this.#leftovers, leftover]).length <= MAX_LEFTOVERS_CHARS
  }

  /** The first of these that is an id; the others, which other tables may know, stay behind. */
  externalId(...candidates: readonly unknown[]): void {
    const [first, ...others] = candidates.flatMap((candidate) => textOf(candidate) ?? [])
    this.#externalId = first ?? ''
    if (first === undefined) this.note('external_id_missing')
    for (const other of new Set(others)) if (other !== first) this.leave('external_id', other, 'external_id')
  }

  emailAddress(value: unknown, { field, verified, verifiedAt }: Said): void {
    const text = textOf(value)
    if (text === undefined) return
    const address = normaliseEmailAddress(text)
    if (address === undefined) this.leave('email_address_unusable', text, field)
    else if (isPlaceholder(address)) {
      this.note('email_address_placeholder', field)
      this.profile({ placeholder_email_address: address })
    } else this.#identify({ type: 'email_address', value: address, verified }, field, verifiedAt)
  }

  /** `lacksPlus`: the system writes E.164 without the plus sign. */
  phoneNumber(
    value: unknown,
    { field, verified, verifiedAt, lacksPlus = false }: Said & { lacksPlus?: boolean },
  ): void {
    const text = textOf(value)
    if (text === undefined) return
    const { defaultCountry } = this.#options
    const number = readLegacyNumber(text, { defaultCountry, lacksPlus })
    if (number === undefined) this.leave('phone_number_unusable', text, field)
    else {
      if (number.isGuessed) this.note('phone_country_guessed', field)
      else if (number.value !== text) this.note('phone_repaired', field)
      this.#identify({ type: 'phone_number', value: number.value, verified }, field, verifiedAt)
    }
  }

  #identify(identifier: ImportedIdentifier, field: string, verifiedAt: unknown): void {
    const key = `${identifier.type} ${identifier.value}`
    const known = this.#identifiers.get(key)
    // Said twice, it is proven if it is once.
    if (known !== undefined && (known.verified || !identifier.verified)) return
    const at = identifier.verified ? this.#time(verifiedAt, field) : undefined
    this.#identifiers.set(key, at === undefined ? identifier : { ...identifier, verified_at: rfc3339(at) })
  }

  /** Names of the profile, where the export has them. They win over what users wrote of themselves. */
  names(names: Readonly<Partial<Record<ProfileName, unknown>>>): void {
    for (const name of PROFILE_NAMES) {
      const text = textOf(names[name])
      if (text !== undefined) this.#profile.set(name, text)
    }
  }

  /** Members that the profile does not have yet. */
  profile(members: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(members)) {
      if (value !== undefined && value !== null && !this.#profile.has(name)) this.#profile.set(name, value)
    }
  }

  /** A name that logs in there and not here: shown in the profile and kept. One that is an address of the user says nothing new. */
  username(value: unknown, field: string): void {
    const name = textOf(value)
    if (name !== undefined) this.#username = { name, field }
  }

  /** Names of groups and roles, each once; objects count by their `name`. */
  groups(names: unknown, field: string): void {
    for (const item of listOf(names)) {
      const name = textOf(item) ?? textOf((item as { name?: unknown } | null)?.name)
      if (name === undefined) this.note('group_unusable', field)
      else this.#groups.add(name)
    }
  }

  /** An account at a provider, by the name that the system has for it. One of another provider stays behind. */
  federatedIdentity(name: unknown, subject: unknown, field: string): void {
    const written = textOf(name)
    const id = textOf(subject)
    if (written === undefined && id === undefined) return
    const provider = readProvider(written ?? '')
    if (provider !== undefined && id !== undefined) this.#federated.set(`${provider} ${id}`, { provider, subject: id })
    else
      this.leave(id === undefined ? 'provider_subject_missing' : 'provider_unknown', { provider: name, subject }, field)
  }

  /** The first hash that logins can read; others stay behind. Absent, empty or null: no password. */
  passwordHash(hash: string | undefined, field: string): void {
    if (hash === undefined || hash === '') return
    if (!isReadable(hash)) this.leave('password_unreadable', hash, field)
    else if (this.#passwordHash === undefined) this.#passwordHash = hash
    else if (this.#passwordHash !== hash) this.leave('password_besides', hash, field)
  }

  block(): void {
    this.#status = 'blocked'
  }

  /** Whether a time, which an export writes in whatever way, is still to come. */
  isAhead(value: unknown, field: string): boolean {
    const ms = this.#time(value, field)
    return ms !== undefined && ms > this.#options.now
  }

  /** Whether there is a time at all, or something that was meant as one. */
  isTime(value: unknown): boolean {
    return readDate(value).kind === 'time'
  }

  createdAt(value: unknown, field: string): void {
    this.#times = { ...this.#times, ...timeMember('created_at', this.#time(value, field), rfc3339) }
  }

  /** To the millisecond: it says which of two records is the later one. */
  updatedAt(value: unknown, field: string): void {
    const precise = (ms: number) => new Date(ms).toISOString()
    this.#times = { ...this.#times, ...timeMember('updated_at', this.#time(value, field), precise) }
  }

  lastSeenAt(value: unknown, field: string): void {
    this.#times = { ...this.#times, ...timeMember('last_seen_at', this.#time(value, field), rfc3339) }
  }

  #time(value: unknown, field: string): number | undefined {
    const date = readDate(value)
    if (date.kind === 'unreadable') this.note('date_unreadable', field)
    if (date.kind !== 'time') return undefined
    if (!date.zoned) this.note('date_without_zone', field)
    return date.ms
  }

  skip(reason: string): Mapped {
    return { kind: 'skipped', reason, notes: this.#notes }
  }

  finish(): Mapped {
    this.#settleUsername()
    const profile = this.#settleProfile()
    const groups = [...this.#groups]
    const { scopesByGroup } = this.#options
    const record: ImportRecord = {
      external_id: this.#externalId,
      identifiers: [...this.#identifiers.values()],
      profile,
      scopes: [...new Set(groups.flatMap((group) => scopesByGroup?.get(group) ?? []))],
      groups,
      federated_identities: [...this.#federated.values()],
      ...(this.#passwordHash !== undefined && { password_hash: this.#passwordHash }),
      ...this.#times,
      status: this.#status,
      ...(this.#leftovers.length > 0 && { leftovers: this.#leftovers }),
    }
    return { kind: 'record', record, notes: this.#notes }
  }

  #settleUsername(): void {
    if (this.#username === undefined) return
    const { name, field } = this.#username
    if (this.#identifiers.has(`email_address ${normaliseEmailAddress(name)}`)) return
    this.#profile.set('username', name)
    this.leave('username', name, field)
    if (this.#identifiers.size === 0) this.note('username_only', field)
  }

  #settleProfile(): ImportRecord['profile'] {
    const profile = Object.fromEntries(this.#profile)
    if (isDeeper(profile, MAX_PROFILE_LEVELS)) {
      this.note('profile_nested_too_deep')
      return {}
    }
    if (JSON.stringify(profile).length <= MAX_PROFILE_CHARS) return profile
    this.note('profile_too_large')
    return {}
  }
}

const isEmpty = (value: unknown): boolean => typeof value === 'object' && Object.keys(value as object).length === 0

function timeMember(name: string, ms: number | undefined, write: (ms: number) => string) {
  return ms === undefined ? {} : { [name]: write(ms) }
}

const isReadable = (hash: string): boolean => readImportedHash(hash).kind === 'accepted'
