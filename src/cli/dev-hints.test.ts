import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answered, hintOf } from './dev-hints.ts'

const PAGE = 'https://localhost:5173'
const FINE: Answered = {
  origin: PAGE,
  allowedOrigin: PAGE,
  fetchSite: 'same-site',
  authority: 'localhost:8443',
  isServed: true,
  path: '/v1/session/login/otp/check',
  status: 200,
  namesLogin: true,
  code: undefined,
  htu: 'https://localhost:8443/v1/session/login/otp/check',
}
const WITHHELD = { status: 401, namesLogin: false, fetchSite: 'cross-site', code: 'unauthorized' } as const

for (const [name, change, said] of [
  ['a login that goes well', {}, undefined],
  [
    'a page that is not allowed',
    { allowedOrigin: undefined, status: 404 },
    /^https:\/\/localhost:5173 may not call localhost:8443/,
  ],
  [
    'a host of no application',
    { allowedOrigin: undefined, isServed: false, status: 404 },
    /called localhost:8443, where no application/,
  ],
  ['a form that a company’s login posts', { origin: 'null', allowedOrigin: undefined }, undefined],
  ['no page at all', { origin: undefined, allowedOrigin: undefined }, undefined],
  ['a cookie that is withheld', WITHHELD, /withheld the cookie.*cookie_same_site/],
  ['the same, asking for a new code', { ...WITHHELD, path: '/v1/session/otp/retry' }, /withheld the cookie/],
  ['a wrong code', { ...WITHHELD, namesLogin: true }, undefined],
  ['a login that nobody began on this site', { ...WITHHELD, fetchSite: 'same-site' }, undefined],
  ['nobody logged in', { ...WITHHELD, path: '/v1/session/refresh' }, undefined],
  [
    'a proof for another host',
    { code: 'invalid_dpop_proof', authority: 'api:80' },
    /is for localhost:8443.* came to api:80/,
  ],
  ['a proof that is wrong otherwise', { code: 'invalid_dpop_proof' }, undefined],
  ['a proof that says nothing', { code: 'invalid_dpop_proof', htu: 'x' }, undefined],
] as const) {
  test(`the hint of a development server: ${name}`, () => {
    const hint = hintOf({ ...FINE, ...change })
    if (said) assert.match(hint ?? '', said)
    else assert.equal(hint, undefined)
  })
}
