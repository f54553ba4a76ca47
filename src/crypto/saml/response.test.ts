import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ACS,
  ALGORITHM,
  at,
  encoded,
  judged,
  NOW,
  REQUEST,
  RESPONSE,
  type Signed,
  SP,
  signAs,
  swap,
  TERMS,
} from '../../../test/house/saml.ts'
import { CHECKS, judgeResponse, type Reading } from './response.ts'

const SECOND = 1000

async function readingOf(xml: string, change = {}): Promise<Reading> {
  const verdict = await judged(xml, change)
  assert.ok(verdict.kind === 'accepted', verdict.kind === 'refused' ? `${verdict.check}: ${verdict.reason}` : '')
  return verdict.reading
}

for (const signed of ['assertion', 'response', 'both'] as const satisfies readonly Signed[]) {
  test(`what an identity provider says is read the same where it has signed: ${signed}`, async () => {
    assert.deepEqual(await readingOf(signAs(RESPONSE, signed)), {
      issuer: 'https://idp.example.com/metadata',
      nameId: {
        value: 'ada@example.com',
        format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
        nameQualifier: undefined,
        spNameQualifier: undefined,
      },
      attributes: new Map([
        ['email', ['ada@example.com']],
        ['groups', ['staff', 'admins']],
      ]),
      authentication: {
        at: NOW - 20 * SECOND,
        sessionIndex: '_session',
        sessionEndsAt: undefined,
        context: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
      },
      assertionId: '_assertion',
      inResponseTo: REQUEST,
      issuedAt: NOW - 10 * SECOND,
      usableUntil: NOW + 360 * SECOND,
    })
  })
}

test('a verdict says each check by name: what passed, what refused, what was not reached', async () => {
  const good = await judged(signAs(RESPONSE, 'assertion'))
  assert.deepEqual(
    good.checks,
    CHECKS.map((name) => ({ name, result: 'passed' })),
  )
  const bad = await judged(signAs(RESPONSE, 'none'))
  assert.ok(bad.kind === 'refused')
  const place = CHECKS.indexOf('signature_form')
  assert.deepEqual(
    bad.checks.map(({ result }) => result),
    CHECKS.map((_, index) => (index < place ? 'passed' : index === place ? 'refused' : 'not_reached')),
  )
  assert.equal(bad.said, undefined)
})

test('once the signature holds, every check is made, and the first that refuses is the reason', async () => {
  const xml = swap(
    swap(RESPONSE, `Destination="${ACS}"`, 'Destination="https://x"'),
    `<saml:Audience>${SP}`,
    '<saml:Audience>x',
  )
  const verdict = await judged(signAs(xml, 'response'))
  assert.ok(verdict.kind === 'refused')
  assert.equal(verdict.check, 'destination')
  const refused = verdict.checks.filter(({ result }) => result === 'refused').map(({ name }) => name)
  assert.deepEqual(refused, ['destination', 'audience'])
  assert.deepEqual(verdict.said?.assertion.conditions[0]?.audiences, [['x']])
})

test('times are judged by the clock that is given, with a minute of skew', async () => {
  const xml = signAs(RESPONSE, 'assertion')
  for (const [seconds, expected] of [
    [-71, 'age'],
    [-70, 'accepted'],
    [359, 'accepted'],
    [360, 'confirmation'],
  ] as const) {
    const verdict = await judged(xml, { now: NOW + seconds * SECOND })
    assert.equal(verdict.kind === 'accepted' ? 'accepted' : verdict.check, expected, `${seconds} s`)
  }
})

test('an assertion is remembered until its last moment, and none is taken later', async () => {
  const forever = signAs(RESPONSE.replaceAll(at(300), '2036-01-01T00:00:00Z'), 'assertion')
  for (const xml of [signAs(RESPONSE, 'assertion'), forever]) {
    const { usableUntil } = await readingOf(xml)
    assert.ok(usableUntil <= NOW + 11 * 60 * SECOND)
    for (const later of [1, 60 * SECOND, 86_400 * SECOND]) {
      const verdict = await judged(xml, { now: usableUntil + later })
      assert.equal(verdict.kind, 'refused')
    }
  }
})

test('SHA-1 is told wherever it is, for a warning', async () => {
  const sha1 = { method: ALGORITHM.rsaSha1, digest: ALGORITHM.sha1 }
  assert.equal((await judged(signAs(RESPONSE, 'both', sha1), { allowsSha1: true })).usesSha1, true)
  assert.equal((await judged(signAs(RESPONSE, 'both', sha1))).usesSha1, true)
  assert.equal((await judged(signAs(RESPONSE, 'both'), { allowsSha1: true })).usesSha1, false)
})

test('names of attributes are any text, and values stand in their order', async () => {
  const { attributes } = await readingOf(signAs(swap(RESPONSE, 'Name="groups"', 'Name="__proto__"'), 'assertion'))
  assert.deepEqual(attributes.get('__proto__'), ['staff', 'admins'])
  assert.deepEqual(attributes.get('toString'), undefined)
})

test('a NameID has 256 characters at most, and they are kept as they are', async () => {
  const longest = `Ada.${'é'.repeat(252)}`
  const { nameId } = await readingOf(
    signAs(swap(RESPONSE, '>ada@example.com</saml:NameID>', `>${longest}</saml:NameID>`), 'assertion'),
  )
  assert.equal(nameId.value, longest)
})

test('base64 is taken in its one spelling, broken into lines or not', async () => {
  const good = encoded(signAs(RESPONSE, 'assertion'))
  const judge = async (text: string) => {
    const verdict = await judgeResponse(text, TERMS)
    return verdict.kind === 'accepted' ? 'accepted' : verdict.check
  }
  assert.equal(await judge(good), 'accepted')
  assert.equal(await judge(good.replace(/.{76}/g, '$&\r\n')), 'accepted')
  for (const text of [`${good}=`, `${good} `, good.slice(0, -1), `${good}!`, '%', good.replaceAll('A', '_')])
    assert.equal(await judge(text), 'base64')
  assert.equal(await judge(''), 'size')
  assert.equal(await judge('A'.repeat(4_000_000)), 'size')
  assert.equal(await judge(`${good}${'\n'.repeat(512 * 1024)}!`), 'size')
  assert.equal(await judge('!'.repeat(4 * 64 * 1024 + 1)), 'size')
  assert.equal(await judge('!'.repeat(4 * 64 * 1024)), 'base64')
})

test('a refusal names the status that the identity provider gave, with or without an assertion', async () => {
  const failed = RESPONSE.replace(
    'status:Success"/>',
    'status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode>',
  )
  for (const xml of [signAs(failed, 'both'), failed.replace(/<saml:Assertion .*<\/saml:Assertion>/, '')]) {
    const verdict = await judged(xml)
    assert.ok(verdict.kind === 'refused')
    assert.match(verdict.reason, /the status is Responder, AuthnFailed$/)
  }
})

test('a refusal says that there is no status', async () => {
  const verdict = await judged(signAs(RESPONSE.replace(/<samlp:Status>.*<\/samlp:Status>/, ''), 'response'))
  assert.ok(verdict.kind === 'refused')
  assert.match(verdict.reason, /the status is missing$/)
})

test('a status of many codes is none, so that nobody fills a log with them', async () => {
  const codes = '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/>'.repeat(600)
  const many = RESPONSE.replace(/<samlp:Status>.*<\/samlp:Status>/, `<samlp:Status>${codes}</samlp:Status>`)
  for (const xml of [signAs(many, 'response'), many.replace(/<saml:Assertion .*<\/saml:Assertion>/, '')]) {
    const verdict = await judged(xml)
    assert.ok(verdict.kind === 'refused')
    assert.match(verdict.reason, /the status is missing$/)
  }
})

test('a refusal repeats nothing of what was sent', async () => {
  for (const [what, by] of [
    ['>ada@example.com</saml:NameID>', '>SECRET </saml:NameID>'],
    ['<saml:Attribute Name="email">', '<saml:Attribute Name="SECRET"/><saml:Attribute Name="SECRET">'],
    ['2.0:status:Success', '2.0:status:SECRET '],
  ] as const) {
    const verdict = await judged(signAs(swap(RESPONSE, what, by), 'assertion'))
    assert.ok(verdict.kind === 'refused')
    assert.ok(!JSON.stringify(verdict.checks).includes('SECRET'))
  }
})
