import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PRESETS } from './config.ts'
import { findIssuerProblem, issuerOf } from './issuers.ts'

type Preset = (typeof PRESETS)[number]

const GOOD: readonly [preset: Preset, written: string, issuer: string][] = [
  ['auth0', 'https://shop.us.auth0.com/', 'https://shop.us.auth0.com/'],
  ['auth0', 'https://login.shop.example', 'https://login.shop.example/'],
  ['auth0', 'https://Shop.US.auth0.com:443', 'https://shop.us.auth0.com/'],
  ['clerk', 'https://clerk.shop.example/', 'https://clerk.shop.example'],
  ['clerk', 'https://shop.example/__clerk/', 'https://shop.example/__clerk'],
  ['firebase', 'https://securetoken.google.com/shop-1/', 'https://securetoken.google.com/shop-1'],
  ['supabase', 'https://xyz.supabase.co/auth/v1/', 'https://xyz.supabase.co/auth/v1'],
  ['supabase', 'https://auth.shop.example/', 'https://auth.shop.example'],
  [
    'cognito',
    'https://cognito-idp.us-east-2.amazonaws.com/us-east-2_Ab1/',
    'https://cognito-idp.us-east-2.amazonaws.com/us-east-2_Ab1',
  ],
  [
    'cognito',
    'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Ab1',
    'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Ab1',
  ],
  ['firebase', 'https://session.firebase.google.com/shop-1/', 'https://session.firebase.google.com/shop-1'],
  [
    'cognito',
    'https://issuer-cognito-idp.us-east-2.amazonaws.com/us-east-2_Ab1',
    'https://issuer-cognito-idp.us-east-2.amazonaws.com/us-east-2_Ab1',
  ],
  ['okta', 'https://shop.okta.com/oauth2/default/', 'https://shop.okta.com/oauth2/default'],
  ['okta', 'https://shop.okta.com', 'https://shop.okta.com'],
  ['okta', 'https://id.shop.example/oauth2/aus1', 'https://id.shop.example/oauth2/aus1'],
  ['keycloak', 'https://id.shop.example/auth/realms/shop/', 'https://id.shop.example/auth/realms/shop'],
  ['stytch', 'stytch.com/project-live-1', 'stytch.com/project-live-1'],
  ['descope', 'P2abc', 'P2abc'],
  ['descope', 'https://api.descope.com/P2abc', 'https://api.descope.com/P2abc'],
  ['better-auth', 'https://shop.example/', 'https://shop.example'],
  ['fusionauth', 'acme.com', 'acme.com'],
  ['custom', 'https://id.shop.example/', 'https://id.shop.example/'],
  ['custom', 'https://ID.shop.example', 'https://ID.shop.example'],
  ['custom', 'shop', 'shop'],
]

for (const [preset, written, issuer] of GOOD) {
  test(`${preset}: ${written} means ${issuer}`, () => {
    assert.equal(findIssuerProblem({ preset, issuer: written }, ['https:']), undefined)
    assert.equal(issuerOf(preset, written), issuer)
    assert.equal(issuerOf(preset, issuer), issuer)
  })
}

const BAD: readonly [preset: Preset, written: string][] = [
  ['auth0', 'shop.us.auth0.com'],
  ['auth0', 'http://shop.us.auth0.com/'],
  ['auth0', 'https://shop.us.auth0.com//'],
  ['auth0', 'https://shop.us.auth0.com/oauth/token'],
  ['auth0', 'https://shop.us.auth0.com/?a=1'],
  ['auth0', 'https://shop.us.auth0.com/#a'],
  ['auth0', ' https://shop.us.auth0.com/'],
  ['clerk', 'clerk.shop.example'],
  ['clerk', 'https://clerk.shop.example//'],
  ['clerk', 'https://user@clerk.shop.example'],
  ['firebase', 'https://securetoken.google.com?project=shop'],
  ['firebase', 'https://securetoken.google.com/shop/users'],
  ['firebase', 'https://accounts.google.com/shop-1'],
  ['firebase', 'shop-1'],
  ['supabase', 'https://xyz.supabase.co'],
  ['supabase', 'https://xyz.supabase.co/auth/v1//'],
  ['supabase', 'https://xyz.supabase.co/rest/v1'],
  ['supabase', 'xyz'],
  ['cognito', 'https://cognito-idp.us-east-2.amazonaws.com/us-east-1_Ab1'],
  ['cognito', 'https://cognito-idp.us-east-2.amazonaws.com/'],
  ['cognito', 'https://shop.auth.us-east-2.amazoncognito.com'],
  ['okta', 'https://shop.okta.com/oauth2'],
  ['okta', 'shop.okta.com'],
  ['keycloak', 'https://id.shop.example/realms'],
  ['keycloak', 'https://id.shop.example'],
  ['stytch', 'project-live-1'],
  ['descope', 'my-project'],
  ['custom', 'https://id.shop.example/ '],
]

for (const [preset, written] of BAD) {
  test(`${preset}: ${JSON.stringify(written)} is refused`, () => {
    const problem = findIssuerProblem({ preset, issuer: written }, ['https:'])
    assert.ok(problem)
    assert.ok(
      preset === 'custom' ||
        written.startsWith(' ') ||
        /tokens have \S+$|tokens of this preset have \S+$/.test(problem),
      'shows the right form',
    )
    assert.ok(!problem.includes(written), 'repeats what was sent')
  })
}

test('plain http is an issuer where the operator allows it', () => {
  const local = { preset: 'supabase', issuer: 'http://127.0.0.1:54321/auth/v1' } as const
  assert.equal(findIssuerProblem(local, ['https:', 'http:']), undefined)
  assert.ok(findIssuerProblem(local, ['https:']))
})
