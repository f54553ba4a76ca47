import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, applicationRecord, type TestApp } from '../../../test/builders.ts'
import { type World, world } from '../../../test/world.ts'
import { verifyBody } from '../../crypto/webhook-signature.ts'
import type { OutboundOutcome } from '../../platform/safe-fetch.ts'
import { findVerificationKeys } from '../signing-keys/keyring.ts'
import type { Rendered, SendOutcome } from './adapter.ts'
import { findAdapter } from './adapters.ts'

const w = await world('sqlite')

const CODE = '739104'
const message = (more: Partial<Rendered> = {}): Rendered => ({
  id: 'msg_01',
  channel: 'sms',
  recipient: '+4917012345678',
  subject: '',
  text: `${CODE} is your Shop code. Never share it.`,
  html: '',
  sender: '',
  values: { code: CODE, application: 'Shop', minutes: '10' },
  locale: 'de-DE',
  expiresAt: w.deps.now() + 600_000,
  ...more,
})

const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`
const SERVICE = `MG${'0123456789abcdef'.repeat(2)}`
const CONFIGS = {
  twilio: { options: { account_sid: ACCOUNT, from: '+15005550006' }, secrets: { auth_token: 'top-secret' } },
  vonage: { options: { api_key: 'key', from: 'Shop' }, secrets: { api_secret: 'top-secret' } },
  'aws-sns': {
    options: { region: 'eu-central-1', access_key_id: 'AKIAIOSFODNN7EXAMPLE' },
    secrets: { secret_access_key: 'top-secret' },
  },
  prelude: { options: { template_id: 'template_01' }, secrets: { api_key: 'top-secret' } },
  webhook: { options: { url: 'https://hooks.example.com/messages?a=b' }, secrets: {} },
} as const
type Kind = keyof typeof CONFIGS

const apps = new Map<World, TestApp>()

async function send(kind: Kind, more: Partial<Rendered> = {}, options: object = {}): Promise<SendOutcome> {
  const app = apps.get(w) ?? (await application(w))
  apps.set(w, app)
  const adapter = findAdapter(kind)
  assert.ok(adapter)
  const config = CONFIGS[kind]
  const parsed = {
    id: 'mpr_1',
    options: adapter.options.parse({ ...config.options, ...options }),
    secrets: adapter.secrets.parse(config.secrets),
  }
  return await adapter.send(w.deps, await applicationRecord(w, app), parsed, message(more))
}

const answers = (status: number, body: unknown): OutboundOutcome => ({
  kind: 'answered',
  status,
  headers: {},
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

/** What is asked of the network, and answered with success. */
async function asked(kind: Kind, more: Partial<Rendered> = {}, options: object = {}) {
  const success = kind === 'vonage' ? { messages: [{ status: '0' }] } : {}
  w.fakeNetwork(async () => answers(200, success))
  assert.deepEqual(await send(kind, more, options), { kind: 'sent' })
  const request = w.outbound.at(-1)
  assert.ok(request)
  assert.deepEqual([request.method, request.timeoutMs, request.maxBytes], ['POST', 10_000, 65_536])
  assert.equal(request.headers?.['content-length'], String(Buffer.byteLength(request.body ?? '')))
  return { url: request.url, headers: request.headers ?? {}, body: request.body ?? '' }
}

const form = (body: string) => Object.fromEntries(new URLSearchParams(body))

test('Twilio is asked by form, with the account as user', async () => {
  const { url, headers, body } = await asked('twilio')
  assert.equal(url, `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages.json`)
  assert.equal(headers.authorization, `Basic ${Buffer.from(`${ACCOUNT}:top-secret`).toString('base64')}`)
  assert.equal(headers['content-type'], 'application/x-www-form-urlencoded')
  assert.deepEqual(form(body), { To: '+4917012345678', Body: message().text, From: '+15005550006' })
})

test('Twilio sends through a messaging service, unless the message names its sender', async () => {
  const options = { from: undefined, messaging_service_sid: SERVICE }
  const service = form((await asked('twilio', {}, options)).body)
  assert.deepEqual([service.From, service.MessagingServiceSid], [undefined, SERVICE])
  const named = form((await asked('twilio', { sender: 'Larkspur' }, options)).body)
  assert.deepEqual([named.From, named.MessagingServiceSid], ['Larkspur', undefined])
})

test('Vonage is asked by JSON, numbers without plus, and in Unicode only where the text needs it', async () => {
  const { url, body } = await asked('vonage')
  assert.equal(url, 'https://rest.nexmo.com/sms/json')
  assert.deepEqual(JSON.parse(body), {
    api_key: 'key',
    api_secret: 'top-secret',
    from: 'Shop',
    to: '4917012345678',
    text: message().text,
    type: 'text',
    'client-ref': 'msg_01',
  })
  const japanese = JSON.parse((await asked('vonage', { text: `${CODE} は`, sender: '+15005550006' })).body)
  assert.deepEqual([japanese.type, japanese.from], ['unicode', '15005550006'])
})

test('AWS SNS is asked to publish, signed for its region', async () => {
  const { url, headers, body } = await asked('aws-sns', {}, { sender_id: 'Shop' })
  assert.equal(url, 'https://sns.eu-central-1.amazonaws.com/')
  assert.equal(headers.host, 'sns.eu-central-1.amazonaws.com')
  assert.equal(headers['x-amz-date'], '20260102T030405Z')
  assert.match(
    headers.authorization ?? '',
    /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/20260102\/eu-central-1\/sns\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/,
  )
  assert.deepEqual(form(body), {
    Action: 'Publish',
    Version: '2010-03-31',
    PhoneNumber: '+4917012345678',
    Message: message().text,
    'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
    'MessageAttributes.entry.1.Value.DataType': 'String',
    'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
    'MessageAttributes.entry.2.Name': 'AWS.SNS.SMS.SenderID',
    'MessageAttributes.entry.2.Value.DataType': 'String',
    'MessageAttributes.entry.2.Value.StringValue': 'Shop',
  })
  const number = form((await asked('aws-sns', { sender: '+15005550006' })).body)
  assert.equal(number['MessageAttributes.entry.2.Name'], 'AWS.MM.SMS.OriginationNumber')
  assert.equal((await asked('aws-sns', {}, { region: 'cn-north-1' })).url, 'https://sns.cn-north-1.amazonaws.com.cn/')
})

test('Prelude is asked for its template, with our code in the variables', async () => {
  const { url, headers, body } = await asked('prelude', { sender: 'Shop' })
  assert.equal(url, 'https://api.prelude.dev/v2/transactional')
  assert.equal(headers.authorization, 'Bearer top-secret')
  assert.deepEqual(JSON.parse(body), {
    to: '+4917012345678',
    template_id: 'template_01',
    variables: { code: CODE, application: 'Shop', minutes: '10' },
    locale: 'de-DE',
    correlation_id: 'msg_01',
    expires_at: '2026-01-02T03:14:05Z',
    from: 'Shop',
  })
})

test('a webhook gets the whole message, signed as hooks are', async () => {
  const mail = { channel: 'email', recipient: 'ada@example.com', subject: 'S', text: 'T', html: '<p>', sender: 'Shop' }
  const { url, headers, body } = await asked('webhook', mail as Partial<Rendered>)
  assert.equal(url, 'https://hooks.example.com/messages?a=b')
  assert.deepEqual(JSON.parse(body), { id: 'msg_01', ...mail })
  const kid = headers['x-webhook-signature-key-id'] ?? ''
  const key = (await findVerificationKeys(w.deps, apps.get(w)?.id ?? '', 'webhook', kid))(kid)
  assert.ok(key && verifyBody(key, body, headers['x-webhook-signature'] ?? ''))
})

const sns = (code: string, text: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error></ErrorResponse>`
const vonage = (...statuses: unknown[]) => ({ messages: statuses.map((status) => ({ status, 'error-text': CODE })) })
const badNumber = sns('InvalidParameter', 'Invalid parameter: PhoneNumber Reason: +4917012345678 is not valid')
const badAttribute = sns('InvalidParameterValue', 'Invalid parameter: MessageAttributes +4917012345678')

/** Each class of answer: kind of provider, status, body, what becomes of the message, and what the reason says. */
const ANSWERS: readonly [Kind, number, unknown, SendOutcome['kind'], string?][] = [
  ['twilio', 201, { sid: 'SM1', status: 'queued' }, 'sent'],
  ['twilio', 400, { code: 21211, message: 'The number +4917012345678 is not valid' }, 'refused', '(code 21211)'],
  ['twilio', 400, { code: 21614, message: 'not a mobile number' }, 'refused', '(code 21614)'],
  ['twilio', 400, { code: 21610, message: 'unsubscribed' }, 'refused', '(code 21610)'],
  [
    'twilio',
    400,
    { code: 21408, message: 'region not enabled' },
    'failed',
    'did not take the message (400, code 21408)',
  ],
  ['twilio', 401, { code: 20003, message: 'top-secret' }, 'failed', 'did not accept our credentials (401, code 20003)'],
  ['twilio', 429, { code: 20429 }, 'failed', 'is asked too often (429, code 20429)'],
  ['twilio', 500, '<html>', 'failed', 'had a fault of its own (500)'],
  ['twilio', 307, '', 'failed', 'did not take the message (307)'],
  ['vonage', 200, vonage('0', '0'), 'sent'],
  ['vonage', 200, vonage(0), 'sent'],
  ['vonage', 200, vonage('6'), 'refused', '(code 6)'],
  ['vonage', 200, vonage('7'), 'refused', '(code 7)'],
  ['vonage', 200, vonage('1'), 'failed', 'is asked too often (code 1)'],
  ['vonage', 200, vonage('4'), 'failed', 'did not accept our credentials (code 4)'],
  ['vonage', 200, vonage('0', '9'), 'failed', 'says that the account has no credit left (code 9)'],
  ['vonage', 200, vonage('77'), 'failed', 'did not take the message (code 77)'],
  ['vonage', 200, {}, 'failed', 'did not take the message (200)'],
  ['vonage', 503, 'busy', 'failed', 'had a fault of its own (503)'],
  ['aws-sns', 200, '<PublishResponse/>', 'sent'],
  ['aws-sns', 400, badNumber, 'refused', '(code InvalidParameter)'],
  ['aws-sns', 400, badAttribute, 'failed', 'did not take the message (400, code InvalidParameterValue)'],
  ['aws-sns', 400, sns('Throttling', 'Rate exceeded'), 'failed', 'did not take the message (400, code Throttling)'],
  ['aws-sns', 403, sns('SignatureDoesNotMatch', ''), 'failed', 'did not accept our credentials (403, code Sig'],
  ['aws-sns', 500, 'InternalFailure', 'failed', 'had a fault of its own (500)'],
  ['prelude', 200, { id: 'tx_1' }, 'sent'],
  ['prelude', 400, { code: 'invalid_phone_number' }, 'refused', '(code invalid_phone_number)'],
  ['prelude', 400, { code: 'invalid_template' }, 'failed', 'did not take the message (400, code invalid_template)'],
  ['prelude', 401, { code: 'unauthorized' }, 'failed', 'did not accept our credentials (401, code unauthorized)'],
  ['prelude', 500, {}, 'failed', 'had a fault of its own (500)'],
  ['webhook', 200, '', 'sent'],
  ['webhook', 204, '', 'sent'],
  ['webhook', 400, CODE, 'refused', 'refused the message (400)'],
  ['webhook', 410, '', 'refused', 'refused the message (410)'],
  ['webhook', 408, '', 'failed', 'did not take the message (408)'],
  ['webhook', 409, '', 'failed', 'did not take the message (409)'],
  ['webhook', 425, '', 'failed', 'did not take the message (425)'],
  ['webhook', 429, '', 'failed', 'is asked too often (429)'],
  ['webhook', 500, '', 'failed', 'had a fault of its own (500)'],
  ['webhook', 302, '', 'failed', 'did not take the message (302)'],
]

const SECRET = /739104|top-secret|17012345678/

for (const [kind, status, body, expected, said = ''] of ANSWERS) {
  test(`${kind}: ${status} ${JSON.stringify(body).slice(0, 60)} means ${expected}`, async () => {
    w.fakeNetwork(async () => answers(status, body))
    const outcome = await send(kind)
    assert.equal(outcome.kind, expected, JSON.stringify(outcome))
    if (outcome.kind === 'sent') return
    assert.ok(outcome.reason.includes(said), outcome.reason)
    assert.ok(!SECRET.test(outcome.reason), outcome.reason)
  })
}

test('a provider that is not reached fails for now, whoever it is, and the reason says how', async () => {
  for (const kind of Object.keys(CONFIGS) as Kind[]) {
    for (const [reason, said] of [
      ['timeout', 'did not answer in time'],
      ['network', 'could not be reached'],
      ['private_address', 'is at a private address, which this server does not call'],
      ['bad_url', 'is at a URL that may not be called'],
      ['too_large', 'answered more than 64 KiB'],
    ] as const) {
      w.fakeNetwork(async () => ({ kind: 'failed', reason }))
      assert.deepEqual(await send(kind), { kind: 'failed', reason: said })
    }
  }
})
