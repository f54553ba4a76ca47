import { domainToASCII } from 'node:url'
import type { PhoneNumber } from 'libphonenumber-js'
import type { IdentifierType } from './tables.ts'

export interface Identifier {
  readonly type: IdentifierType
  readonly value: string
}

/** Longer text is no identifier, whatever may be dropped from it. */
const MAX_WRITTEN_CHARS = 512

/**
 * The one form in which an identifier is stored and compared; undefined when it is none. What cannot be seen comes along when text is pasted:
 * it is dropped around an identifier and anywhere in a number, and refused inside an address. Full-width forms are their ordinary ones.
 * Phone numbers: E.164, with country code. E-mail addresses: lower case, the domain in its ASCII form; tags and dots of the local part are
 * kept, for they mean different mailboxes to some providers.
 */
export async function normaliseIdentifier({ type, value }: Identifier): Promise<Identifier | undefined> {
  const normalised = type === 'email_address' ? normaliseEmailAddress(value) : await normalisePhoneNumber(value)
  return normalised === undefined ? undefined : { type, value: normalised }
}

/** The identifiers that a text may be, normalised. The sign before a number is easily lost in a URL, where it stands for a space. */
export async function possibleIdentifiers(value: string): Promise<Identifier[]> {
  const number = /^\s*\d/.test(value) ? `+${value.trim()}` : value
  const all = [{ type: 'email_address', value } as const, { type: 'phone_number', value: number } as const]
  const read = await Promise.all(all.map((one) => normaliseIdentifier(one)))
  return read.filter((one) => one !== undefined)
}

/** As it can be judged; undefined when it is no identifier. */
function readWritten(text: string): string | undefined {
  if (text.length > MAX_WRITTEN_CHARS) return undefined
  return text.replace(WIDE, (character) => character.normalize('NFKC'))
}

/** Full-width, half-width and small forms, as East Asian keyboards write them. */
const WIDE = /[\u3000\ufe50-\ufe6f\uff00-\uffef]/g
/** Marks of direction, zero-width and other format characters, variation selectors, fillers; the empty pattern of Braille. */
const UNSEEN = '\\p{DI}\\p{Cf}\\u2800'
const UNSEEN_OR_BLANK_ENDS = new RegExp(`^[${UNSEEN}\\s]+|[${UNSEEN}\\s]+$`, 'gu')

const LOCAL_PART = new RegExp(`^[^\\s@"(),:;<>[\\\\\\]\\p{C}\\p{Z}${UNSEEN}]{1,64}$`, 'u')
/** Visible letters, digits, dots and hyphens of any script: the URL parser behind `domainToASCII` drops others, or ends the domain at them. */
const WRITTEN_DOMAIN = /^(?!.*\p{DI})[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]+$/u
/** Ends in a letter-led label: numbers would be an IPv4 address, which `domainToASCII` also rewrites. */
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/

/** As `normaliseIdentifier`, of an address. */
export function normaliseEmailAddress(value: string): string | undefined {
  const written = readWritten(value)?.replace(UNSEEN_OR_BLANK_ENDS, '') ?? ''
  const [name, domain, ...more] = written.split('@')
  if (!name || !domain || more.length > 0) return undefined
  const composed = name.normalize('NFC')
  if ([...name, ...composed].some(standsForAnother)) return undefined
  const local = composed.toLowerCase()
  const visible = domain.normalize('NFC').toLowerCase()
  if (!LOCAL_PART.test(local) || !WRITTEN_DOMAIN.test(visible)) return undefined
  const ascii = domainToASCII(visible)
  if (!DOMAIN.test(ascii) || local.length + ascii.length > 253) return undefined
  return `${local}@${ascii}`
}

/** Whether somebody wrote the local part of an address as it is read, but for case: mail to full-width letters may reach another mailbox. */
export function isWrittenAs({ value }: Identifier, written: string): boolean {
  const [name = ''] = written.normalize('NFC').toLowerCase().split('@')
  return name.endsWith(value.slice(0, value.indexOf('@')))
}

/**
 * Whether a character is written for another one, so that dropping the difference would make one mailbox of two: the sign of Kelvin is no k,
 * the Turkish capital I with its dot no i, a ligature not its letters. Such a local part is refused. UTS #39 §6 asks for NFKC.
 */
function standsForAnother(character: string): boolean {
  const composed = character.normalize('NFC')
  const [only = '', ...rest] = composed
  const isSingleton = rest.length === 0 && only !== character
  const lowersToAscii = character > '\u007f' && /[\0-\u007f]/.test(composed.toLowerCase())
  return isSingleton || lowersToAscii || character.normalize('NFKC') !== composed
}

const UNSEEN_ANYWHERE = new RegExp(`[${UNSEEN}]`, 'gu')
const MAX_NUMBER_CHARS = 32

/** A number as text that a numbering plan can be applied to: in ordinary digits, with nothing unseen in it. */
export const readPhoneNumber = (value: string): string | undefined =>
  readWritten(value)?.replace(UNSEEN_ANYWHERE, '').replace(/\s/g, ' ')

async function normalisePhoneNumber(value: string): Promise<string | undefined> {
  // The numbering plans of the world weigh a megabyte: loaded with the first number.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js')
  return settlePhoneNumber(readPhoneNumber(value), (text) => parsePhoneNumberFromString(text, { extract: false }))
}

/** In E.164, by whatever parses one. Undefined when it is no number, or has an extension. */
export function settlePhoneNumber(
  text: string | undefined,
  parse: (text: string) => PhoneNumber | undefined,
): string | undefined {
  if (text === undefined || text.length > MAX_NUMBER_CHARS) return undefined
  const number = parse(text)
  if (!number?.isPossible() || number.ext) return undefined
  // A pass takes off one trunk zero, of however many there are.
  return number.number === text ? text : settlePhoneNumber(number.number, parse)
}

/** The country of a number, ISO 3166-1 alpha-2; of one that belongs to none, its calling code. Undefined of an address. */
export async function countryOf({ type, value }: Identifier): Promise<string | undefined> {
  if (type === 'email_address') return undefined
  const { parsePhoneNumberFromString } = await import('libphonenumber-js')
  const number = parsePhoneNumberFromString(value)
  return number?.country ?? String(number?.countryCallingCode)
}
