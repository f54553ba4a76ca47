import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isGivenToUs, type Recipient } from './recipient.ts'

const oidc: Recipient = { own: ['web', 'ios'], besides: [], ofPages: false }
const withUserinfo: Recipient = { own: ['api', 'spa'], besides: ['https://id.example/userinfo'], ofPages: false }
const anyPage: Recipient = { own: [], besides: [], ofPages: true, sessionsCarry: 'sid' }
const onePage: Recipient = {
  own: ['https://shop.example', 'shop-api'],
  besides: [],
  ofPages: true,
  sessionsCarry: 'sid',
}

const OURS: readonly [claims: object, recipient: Recipient][] = [
  [{ aud: 'web' }, oidc],
  [{ aud: ['ios'] }, oidc],
  [{ aud: ['web', 'ios'] }, oidc],
  [{ aud: 'web', azp: 'ios' }, oidc],
  [{ aud: ['web', 'reports'], azp: 'web' }, oidc],
  [{ aud: ['web', 'reports'], client_id: 'ios' }, oidc],
  [{ aud: 'web', azp: null, client_id: null }, oidc],
  [{ aud: ['api', 'https://id.example/userinfo'], azp: 'spa' }, withUserinfo],
  [{ aud: ['api', 'https://id.example/userinfo'] }, withUserinfo],
  [{ sid: 's', azp: 'https://anything.example' }, anyPage],
  [{ sid: 's' }, anyPage],
  [{ sid: 's', azp: 'https://shop.example' }, onePage],
  [{ aud: 'shop-api', azp: 'https://shop.example' }, onePage],
  [{ aud: 'shop-api' }, onePage],
]

const OTHERS: readonly [claims: object, recipient: Recipient][] = [
  [{}, oidc],
  [{ aud: null }, oidc],
  [{ aud: '' }, oidc],
  [{ aud: [] }, oidc],
  [{ aud: 'Web' }, oidc],
  [{ aud: [['web']] }, oidc],
  [{ aud: { web: true } }, oidc],
  [{ aud: 'reports' }, oidc],
  [{ aud: 'reports', azp: 'web' }, oidc],
  [{ azp: 'web' }, oidc],
  [{ client_id: 'web' }, oidc],
  [{ aud: 'web', azp: 'reports' }, oidc],
  [{ aud: 'web', azp: '' }, oidc],
  [{ aud: 'web', azp: ['web'] }, oidc],
  [{ aud: 'web', client_id: 'reports' }, oidc],
  [{ aud: 'web', azp: 'web', client_id: 'reports' }, oidc],
  [{ aud: 'web', azp: 'reports', client_id: 'web' }, oidc],
  [{ aud: ['web', 'reports'] }, oidc],
  [{ aud: ['web', 'reports'], azp: 'reports' }, oidc],
  [{ aud: ['web', 7], azp: null }, oidc],
  [{ aud: 'https://id.example/userinfo' }, withUserinfo],
  [{ aud: ['api', 'https://id.example/userinfo'], azp: 'theirs' }, withUserinfo],
  [{ aud: ['api', 'https://other.example/userinfo'] }, withUserinfo],
  [{ azp: 'https://anything.example' }, anyPage],
  [{ sid: null }, anyPage],
  [{ sid: 's', aud: 'reports' }, anyPage],
  [{ sid: 's', aud: ['reports'], azp: 'https://shop.example' }, anyPage],
  [{ sid: 's', client_id: 'reports' }, anyPage],
  [{ sid: 's' }, onePage],
  [{ sid: 's', azp: 'https://evil.example' }, onePage],
  [{ sid: 's', azp: 'https://shop.example', aud: 'reports' }, onePage],
  [{ sid: 's', azp: 'https://shop.example', client_id: 'reports' }, onePage],
  [{ azp: 'https://shop.example' }, onePage],
  [{ aud: 'shop-api', azp: 'https://evil.example' }, onePage],
]

for (const [list, expected] of [
  [OURS, true],
  [OTHERS, false],
] as const) {
  for (const [claims, recipient] of list) {
    test(`${JSON.stringify(claims)} is ${expected ? '' : 'not '}given to ${JSON.stringify(recipient.own)}`, () => {
      assert.equal(isGivenToUs({ ...claims }, recipient), expected)
    })
  }
}

const party = fc.constantFrom('web', 'ios', 'reports', 'evil')

test('no token that names somebody else alone as its client, or not us as its audience, is ours', () => {
  const claims = fc.record(
    { aud: fc.oneof(party, fc.array(party, { maxLength: 3 })), azp: party, client_id: party, sid: fc.constant('s') },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(claims, (given) => {
      if (!isGivenToUs({ ...given }, oidc)) return
      const isOurs = (value: string | undefined) => value === undefined || oidc.own.includes(value)
      assert.ok(isOurs(given.azp) && isOurs(given.client_id))
      assert.ok([given.aud ?? []].flat().some((one) => oidc.own.includes(one)))
    }),
  )
})
