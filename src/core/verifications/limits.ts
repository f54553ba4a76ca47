import { z } from 'zod'
import type { Tx } from '../../platform/db.ts'
import { ipRange, networkOf } from '../../platform/limits/network.ts'
import { consumeLimit, giveLimitBack, isLimitSpent, type Limit } from '../../platform/limits/store.ts'
import { settings, settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import type { VerificationRow } from './tables.ts'

export const CODE_WINDOW_SECONDS = 600
const PUMPING_WINDOW_SECONDS = 3600
const GUESSING_WINDOW_SECONDS = 86_400

const count = (most: number, text: string) => z.int().min(1).max(1_000_000).default(most).describe(text)

export const otpSettings = settings('otp', 'Login and step-up by code', {
  sign_up: z
    .enum(['open', 'existing_only'])
    .default('open')
    .describe(
      'Whether the right code of an unknown address or number creates a user. With `existing_only` no code leaves for one, and nobody can tell.',
    ),
  reclaim: z
    .enum(['adopt', 'separate'])
    .default('adopt')
    .describe(
      'What the right code of an address means that an account only claims, which has proven nothing at all. `adopt`: whoever proves the address gets that account, without its password and sessions, after the event `user.reclaimed`. `separate`: they get a new user, and the account loses the address.',
    ),
  starts_per_identifier: count(
    10,
    'Codes that may be asked for one address or number in ten minutes, resends included.',
  ),
  starts_per_ip: count(
    100,
    'Codes that may be asked for from one IP address (IPv6: one /64) in ten minutes, resends included.',
  ),
  checks_per_ip: count(300, 'Codes that may be tried from one IP address (IPv6: one /64) in ten minutes.'),
  wrong_codes_per_identifier: count(
    100,
    'Wrong codes that may be tried for one address or number in a day, whoever tries them. Beyond it none is sent there until the day (UTC) is over.',
  ),
  unverified_sms_per_country: count(
    1000,
    'Codes by SMS to one country in an hour that nobody has entered. Beyond it none leaves, and nobody can tell; an entered code gives its place back.',
  ),
  unverified_sms_per_ip_range: count(
    100,
    'Codes by SMS asked for from one IP range (IPv4 /24, IPv6 /48) in an hour that nobody has entered. Beyond it none leaves.',
  ),
  unverified_emails_per_ip_range: count(
    1000,
    'Codes by e-mail asked for from one IP range (IPv4 /24, IPv6 /48) in an hour that nobody has entered. Beyond it none leaves, and nobody can tell.',
  ),
  blocked_countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'is no ISO 3166-1 alpha-2 code'))
    .max(300)
    .default([])
    .describe('Countries, as ISO 3166-1 alpha-2 codes, whose numbers get no code by SMS; nobody can tell.'),
})

/** Who asks for a code, and for whom. */
export interface CodeRequest {
  /** Normalised. */
  readonly identifier: Identifier
  readonly ip: string
}

/** `silent`: let the code not leave, but answer as if it did. */
export type Admission = 'send' | 'silent' | 'limited'

const limitOf = (name: string, max: number, windowSeconds = CODE_WINDOW_SECONDS): Limit => ({
  name: `otp_${name}`,
  max,
  windowSeconds,
})

const subjectOf = ({ type, value }: Identifier) => `${type}:${value}`

const guessingLimit = (app: Application): Limit =>
  limitOf('wrong_codes', settingsOf(app, otpSettings).wrong_codes_per_identifier, GUESSING_WINDOW_SECONDS)

/** A wrong code was tried. Whoever starts over and over gets five tries each time: with too many a day, no more starts. */
export async function countWrongCode(tx: Tx, app: Application, identifier: Identifier, now: number): Promise<void> {
  await consumeLimit(tx, app.id, guessingLimit(app), subjectOf(identifier), now)
}

/** Whether a code may be asked for; each time counts. */
export async function admitCode(
  tx: Tx,
  app: Application,
  { identifier, ip }: CodeRequest,
  now: number,
): Promise<Admission> {
  const { starts_per_ip, starts_per_identifier } = settingsOf(app, otpSettings)
  const subject = subjectOf(identifier)
  if (await isLimitSpent(tx, app.id, guessingLimit(app), subject, now)) return 'limited'
  if (!(await consumeLimit(tx, app.id, limitOf('starts_ip', starts_per_ip), networkOf(ip), now))) return 'limited'
  if (!(await consumeLimit(tx, app.id, limitOf('starts_identifier', starts_per_identifier), subject, now)))
    return 'limited'
  const toSend = { identifier, ip }
  return identifier.type === 'email_address'
    ? await admitEmail(tx, app, toSend, now)
    : await admitSms(tx, app, toSend, now)
}

/** Whoever has many networks of their own floods strangers with mail: codes that nobody enters are counted by IP range. */
async function admitEmail(tx: Tx, app: Application, { ip }: CodeRequest, now: number): Promise<Admission> {
  return (await consumeLimit(tx, app.id, floodingLimit(app), pumpingRange(ip), now)) ? 'send' : 'silent'
}

const floodingLimit = (app: Application): Limit =>
  limitOf('email_range', settingsOf(app, otpSettings).unverified_emails_per_ip_range, PUMPING_WINDOW_SECONDS)

/** Whoever is paid for messages to numbers of their own asks for many codes and enters none: such are counted by country and by IP range. */
async function admitSms(tx: Tx, app: Application, { identifier, ip }: CodeRequest, now: number): Promise<Admission> {
  const country = await countryOf(identifier.value)
  const [inRange, inCountry] = pumpingLimits(app)
  if (settingsOf(app, otpSettings).blocked_countries.includes(country)) return 'silent'
  if (!(await consumeLimit(tx, app.id, inRange, pumpingRange(ip), now))) return 'silent'
  if (await consumeLimit(tx, app.id, inCountry, country, now)) return 'send'
  await giveLimitBack(tx, app.id, inRange, pumpingRange(ip), 1, now)
  return 'silent'
}

const pumpingRange = (ip: string) => ipRange(ip, { v4: 24, v6: 48 })

function pumpingLimits(app: Application): readonly [Limit, Limit] {
  const { unverified_sms_per_ip_range, unverified_sms_per_country } = settingsOf(app, otpSettings)
  return [
    limitOf('sms_range', unverified_sms_per_ip_range, PUMPING_WINDOW_SECONDS),
    limitOf('sms_country', unverified_sms_per_country, PUMPING_WINDOW_SECONDS),
  ]
}

/** A verified code was neither flooding nor pumping: its place, and those of its resends, are free again. `ip` is of whoever entered it. */
export async function givePumpingBack(
  tx: Tx,
  app: Application,
  verification: Pick<VerificationRow, 'type' | 'value' | 'resends' | 'created_at'>,
  ip: string,
): Promise<void> {
  const { type, value, resends, created_at } = verification
  if (type === 'email_address')
    return await giveLimitBack(tx, app.id, floodingLimit(app), pumpingRange(ip), resends + 1, created_at)
  const [inRange, inCountry] = pumpingLimits(app)
  await giveLimitBack(tx, app.id, inRange, pumpingRange(ip), resends + 1, created_at)
  await giveLimitBack(tx, app.id, inCountry, await countryOf(value), resends + 1, created_at)
}

/** Whether another code may be tried from this address; each time counts. */
export async function admitCheck(tx: Tx, app: Application, ip: string, now: number): Promise<boolean> {
  const { checks_per_ip } = settingsOf(app, otpSettings)
  return await consumeLimit(tx, app.id, limitOf('checks_ip', checks_per_ip), networkOf(ip), now)
}

/** The country of a number, ISO 3166-1 alpha-2; of one that belongs to none, its calling code. */
async function countryOf(phoneNumber: string): Promise<string> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js')
  const number = parsePhoneNumberFromString(phoneNumber)
  return number?.country ?? String(number?.countryCallingCode)
}
