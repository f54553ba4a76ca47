import { domainToASCII } from 'node:url'
import type { IdentifierType } from './tables.ts'

export interface Identifier {
  readonly type: IdentifierType
  readonly value: string
}

/**
 * The one form in which an identifier is stored and compared; undefined when it is none.
 * Phone numbers: E.164, with country code. E-mail addresses: trimmed, lower case, the domain in its ASCII form; tags and dots of the
 * local part are kept, for they mean different mailboxes to some providers.
 */
export async function normaliseIdentifier({ type, value }: Identifier): Promise<Identifier | undefined> {
  const normalised = type === 'email_address' ? normaliseEmailAddress(value) : await normalisePhoneNumber(value)
  return normalised === undefined ? undefined : { type, value: normalised }
}

const LOCAL_PART = /^[^\s@"(),:;<>[\\\]\p{Cc}]{1,64}$/u
/** Visible letters, digits, dots and hyphens of any script: the URL parser behind `domainToASCII` drops others, or ends the domain at them. */
const WRITTEN_DOMAIN = /^(?!.*\p{DI})[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]+$/u
/** Ends in a letter-led label: numbers would be an IPv4 address, which `domainToASCII` also rewrites. */
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/

function normaliseEmailAddress(text: string): string | undefined {
  const [local, domain, ...more] = text.trim().normalize('NFC').toLowerCase().split('@')
  if (!local || !domain || more.length > 0 || !LOCAL_PART.test(local) || !WRITTEN_DOMAIN.test(domain)) return undefined
  const ascii = domainToASCII(domain)
  if (!DOMAIN.test(ascii) || local.length + ascii.length > 253) return undefined
  return `${local}@${ascii}`
}

async function normalisePhoneNumber(text: string): Promise<string | undefined> {
  if (text.length > 32) return undefined
  // The numbering plans of the world weigh a megabyte: loaded with the first number.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js')
  const number = parsePhoneNumberFromString(text, { extract: false })
  if (!number?.isPossible() || number.ext) return undefined
  // A pass takes off one trunk zero, of however many there are.
  return number.number === text ? text : await normalisePhoneNumber(number.number)
}
