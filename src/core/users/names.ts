import type { UserRow } from './tables.ts'

/** A user's names as they are looked for, folded; those that are there, each once. */
export interface Names {
  /** `name` of the profile. */
  readonly whole: string | undefined
  /** `first_name` and `last_name`, or as providers call them `given_name` and `family_name`. */
  readonly given: string | undefined
  /** The same with the last name first. */
  readonly family: string | undefined
}

/** The columns by which names are found. */
export const NAME_COLUMNS = ['name_key', 'given_key', 'family_key'] as const
export type NameColumn = (typeof NAME_COLUMNS)[number]
export type NameKeys = Pick<UserRow, NameColumn>

/** More of a name is not looked at. */
const MAX_CHARS = 200
/** So many bytes of a name stand in an index. */
const MAX_KEY_BYTES = 64

const ACCENTS = /[\u0300-\u036f]/g

/** A name in the one form in which names are compared: lower case, without accents, single spaces. Empty when nothing is left of it. */
export const foldName = (text: string): string =>
  text.slice(0, MAX_CHARS).normalize('NFKD').replace(ACCENTS, '').toLowerCase().replace(/\s+/g, ' ').trim()

/** The names that a profile says. */
export function namesOf(profile: Readonly<Record<string, unknown>>): Names {
  const whole = textOf(profile.name)
  const first = textOf(profile.first_name) ?? textOf(profile.given_name)
  const last = textOf(profile.last_name) ?? textOf(profile.family_name)
  const given = join(first, last)
  const family = last === undefined ? undefined : join(last, first)
  return { whole: whole === given ? undefined : whole, given, family: family === given ? undefined : family }
}

function textOf(value: unknown): string | undefined {
  const folded = typeof value === 'string' ? foldName(value) : ''
  return folded === '' ? undefined : folded
}

function join(...parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter((part) => part !== undefined)
  return said.length === 0 ? undefined : said.join(' ')
}

/**
 * The columns by which the names of a profile are found: in hex, so that what begins alike stands together however a database orders text. Two engines,
 * and two databases of one, order letters differently.
 */
export function nameKeysOf(profile: Readonly<Record<string, unknown>>): NameKeys {
  const { whole, given, family } = namesOf(profile)
  return { name_key: keyOf(whole), given_key: keyOf(given), family_key: keyOf(family) }
}

const keyOf = (name: string | undefined): string | null => (name === undefined ? null : hexOf(name))

const hexOf = (name: string): string => Buffer.from(name).subarray(0, MAX_KEY_BYTES).toString('hex')

/** The keys of all names that begin with a folded text: those from the first on, and before the second. */
export function rangeOf(prefix: string): readonly [from: string, before: string] {
  const from = hexOf(prefix)
  // Behind every digit there is.
  return [from, `${from}g`]
}

/** The column by which a user is found first by what a name begins with; undefined when none does. */
export function foundBy(profile: Readonly<Record<string, unknown>>, prefix: string): NameColumn | undefined {
  const { whole, given, family } = namesOf(profile)
  const position = [whole, given, family].findIndex((name) => name?.startsWith(prefix))
  return NAME_COLUMNS[position]
}
