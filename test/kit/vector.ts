import { createHash, type webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { signWithPkcs1, signWithSalt } from './pss.ts'

/** A delivery as it comes in, and what has to come of it. */
export interface Case {
  readonly name: string
  /** The receiver's clock, RFC 3339. From case to case it only goes on, as far as a cache of keys is concerned. */
  readonly now: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly expected: 'events' | 'refused'
  readonly events?: readonly unknown[]
}

const KEYS: Readonly<Record<'first' | 'next' | 'foreign' | 'ed25519', webcrypto.JsonWebKey>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'keys.json'), 'utf8'),
)

const APP = 'shop'
const START_MS = Date.parse('2026-11-29T12:00:00.250Z')
const timeOf = (seconds: number) => new Date(START_MS + seconds * 1_000).toISOString()

const EVENTS = [
  {
    id: 'evt_01kb7q3v2efd8t3v7n0e5m9x4a',
    type: 'user.created',
    payload: {
      user_id: 'usr_01kb7q3v2cf4ns0e2mq8zj5r6t',
      identifiers: [{ type: 'email_address', value: 'zoë.o’neil@bücher.example', verified: true }],
      profile: {
        name: 'Zoë “Z” O’Neil\u2028\u2029',
        city: '東京 \u{1f469}\u200d\u{1f467} עברית',
        markup: '<b>&amp;</b> "quoted" \\ / \b\t\n\u0001\u007f',
        // Names of the batch, which a parser of the whole must not take for it.
        app_id: 'another',
        sent_at: '2001-01-01T00:00:00.000Z',
      },
      metadata: {},
      groups: [],
      locale: null,
      balance: -0.1,
      created_at: timeOf(-2),
    },
    created_at: timeOf(-2),
    sequence: 1,
  },
  {
    id: 'evt_01kb7q3v2efd8t3v7n0e5m9x4b',
    type: 'user.session.revoked',
    payload: { user_id: 'usr_01kb7q3v2cf4ns0e2mq8zj5r6t', session_id: 'ses_0', revoked_at: timeOf(-1) },
    created_at: timeOf(-1),
    sequence: 9_007_199_254_740_991,
  },
]

const batchOf = (sentAt: string | undefined, appId = APP) => ({
  app_id: appId,
  delivery_id: 'whd_01kb7q3v2efd8t3v7n0e5m9x4c',
  ...(sentAt !== undefined && { sent_at: sentAt }),
  events: EVENTS,
})

/** What other printers make of the same JSON. */
const reprint = (body: string) =>
  JSON.stringify(JSON.parse(body), null, 1).replace(
    /[^\n -~]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const saltOf = (name: string, bytes = 32) => createHash('shake256', { outputLength: bytes }).update(name).digest()

interface Change {
  /** Seconds since the first case. */
  readonly at?: number
  /** What is signed; what is sent unless `sent` says otherwise. */
  readonly body?: string
  readonly sent?: string
  readonly kid?: string
  readonly signature?: (body: string, name: string) => string
  readonly headers?: (headers: Readonly<Record<string, string>>) => Readonly<Record<string, string>>
}

const signFirst = (body: string, name: string) => signWithSalt(KEYS.first, body, saltOf(name))
const SIGNATURE = 'X-Webhook-Signature'
const FORM = 'rsassa-pss-sha256='

function delivery(name: string, expected: 'events' | 'refused', change: Change = {}): Case {
  const { at = 1, kid = 'first', signature = signFirst, headers: changed = (as) => as } = change
  const { body = JSON.stringify(batchOf(timeOf(at))), sent = body } = change
  const headers = { [SIGNATURE]: `${FORM}${signature(body, name)}`, 'X-Webhook-Signature-Key-Id': kid }
  const { events } = JSON.parse(body)
  return {
    name,
    now: timeOf(at),
    headers: changed(headers),
    body: sent,
    expected,
    ...(expected === 'events' && { events }),
  }
}

const sentAfter = (seconds: number) => JSON.stringify(batchOf(timeOf(1 + seconds)))
const FRESH = sentAfter(0)
const withSignature = (form: (signature: string) => string) => ({
  headers: (as: Readonly<Record<string, string>>) => ({ ...as, [SIGNATURE]: form(as[SIGNATURE] ?? '') }),
})
const without = (name: string) => ({
  headers: (as: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(as).filter(([is]) => is !== name)),
})

/** The cases in their order: the first asks for the keys, and one at 60, 120 and 800 seconds each asks again. */
const CASES: readonly Case[] = [
  delivery('as it was sent', 'events', { at: 0 }),
  delivery('printed in another way, and signed like that', 'events', { body: reprint(FRESH) }),
  delivery('a time in whole seconds', 'events', { body: FRESH.replace(/("sent_at":"[^."]*)\.\d+/, '$1') }),
  delivery('sent 299 seconds ago', 'events', { body: sentAfter(-299) }),
  delivery('sent by a clock that is 299 seconds ahead', 'events', { body: sentAfter(299) }),
  delivery('no events', 'events', { body: JSON.stringify({ ...batchOf(timeOf(1)), events: [] }) }),

  delivery('one byte of the body is another', 'refused', { sent: FRESH.replace('evt_0', 'evt_1') }),
  delivery('a blank after the body', 'refused', { sent: `${FRESH} ` }),
  delivery('parsed and printed again', 'refused', { sent: reprint(FRESH) }),
  delivery('an empty body', 'refused', { sent: '' }),
  delivery('sent 301 seconds ago', 'refused', { body: sentAfter(-301) }),
  delivery('sent by a clock that is 301 seconds ahead', 'refused', { body: sentAfter(301) }),
  delivery('no time of sending', 'refused', { body: JSON.stringify(batchOf(undefined)) }),
  delivery('for another application', 'refused', { body: JSON.stringify(batchOf(timeOf(1), 'another')) }),

  delivery('signed by a key that is not ours, under the id of ours', 'refused', {
    signature: (body, name) => signWithSalt(KEYS.foreign, body, saltOf(name)),
  }),
  delivery('a salt of 20 bytes', 'refused', {
    signature: (body, name) => signWithSalt(KEYS.first, body, saltOf(name, 20)),
  }),
  delivery('the longest salt', 'refused', {
    signature: (body, name) => signWithSalt(KEYS.first, body, saltOf(name, 222)),
  }),
  delivery('PKCS #1 v1.5 in the place of PSS', 'refused', { signature: (body) => signWithPkcs1(KEYS.first, body) }),
  delivery('the id of a key that is not for PS256', 'refused', { kid: 'same-for-rs256' }),
  delivery('the id of a key of Ed25519', 'refused', { kid: 'ed25519' }),
  delivery('an id that no key has, and the keys are fresh', 'refused', { kid: 'nobody' }),

  delivery(
    'no name before the signature',
    'refused',
    withSignature((as) => as.slice(FORM.length)),
  ),
  delivery(
    'another name before the signature',
    'refused',
    withSignature((as) => as.replace('256', '512')),
  ),
  delivery(
    'two signatures',
    'refused',
    withSignature((as) => `${as},${as}`),
  ),
  delivery(
    'a signature that is cut',
    'refused',
    withSignature((as) => as.slice(0, -4)),
  ),
  delivery(
    'nothing after the name',
    'refused',
    withSignature(() => FORM),
  ),
  delivery('no signature', 'refused', without(SIGNATURE)),
  delivery('no id of a key', 'refused', without('X-Webhook-Signature-Key-Id')),

  delivery('signed by the next key, which was published meanwhile', 'events', {
    at: 60,
    kid: 'next',
    signature: (body, name) => signWithSalt(KEYS.next, body, saltOf(name)),
  }),
  delivery('an id that no key has, and the keys are fresh again', 'refused', { at: 61, kid: 'nobody' }),
  delivery('an id that no key has', 'refused', { at: 120, kid: 'nobody' }),
  delivery('the first key still', 'events', { at: 121 }),
  delivery('the first key, when what is known of it is old', 'events', { at: 800 }),
]

const publicOf = ({ kty, n, e, crv, x }: webcrypto.JsonWebKey) => (kty === 'RSA' ? { kty, n, e } : { kty, crv, x })
const published = (kid: string, alg: string, jwk: webcrypto.JsonWebKey) => ({ ...publicOf(jwk), use: 'sig', alg, kid })

/** What is in `docs/kit/vector.json`. */
export const VECTOR = {
  about:
    'Deliveries of Antiphon and what a receiver makes of each. `private_key` signed those of the key `first`: a key for tests, sign with it what you like. Generated by scripts/kit-vector.ts.',
  app_id: APP,
  private_key: KEYS.first,
  jwks: {
    keys: [
      published('ed25519', 'EdDSA', KEYS.ed25519),
      published('first', 'PS256', KEYS.first),
      published('same-for-rs256', 'RS256', KEYS.first),
      published('next', 'PS256', KEYS.next),
    ],
  },
  cases: CASES,
}
