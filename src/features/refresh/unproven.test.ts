import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { linkAccount } from '../../../test/house/federation.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'

const ADDRESS = { type: 'email_address', value: 'omar@example.com' } as const

const federated = (w: World, app: TestApp, user_id: string) => linkAccount(w, app, user_id, 'apple', user_id)
const claimed = (w: World, app: TestApp, userId: string) =>
  w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, userId, ADDRESS, false))

/** What a user has, and whether that makes them somebody. */
const STANDINGS: readonly [what: string, unproven: boolean, make: (w: World, app: TestApp) => Promise<string>][] = [
  ['nothing', true, (w, app) => user(w, app)],
  ['a profile and scopes', true, (w, app) => user(w, app, { profile: { name: 'Omar' }, scopes: ['read'] })],
  ['a proven address', false, (w, app) => user(w, app, { email: 'ada@example.com' })],
  ['a proven number', false, (w, app) => user(w, app, { phone: '+33612345678' })],
  ['an external id', false, (w, app) => user(w, app, { externalId: 'customer-1' })],
  [
    'a claimed address',
    true,
    async (w, app) => {
      const id = await user(w, app)
      await claimed(w, app, id)
      return id
    },
  ],
  [
    'an account at an identity provider',
    false,
    async (w, app) => {
      const id = await user(w, app)
      await federated(w, app, id)
      return id
    },
  ],
]

for (const { engine, w } of await stages()) {
  for (const [what, unproven, make] of STANDINGS) {
    test(`${engine}: tokens of a user with ${what} are ${unproven ? '' : 'not '}marked as unproven`, async () => {
      const app = await application(w)
      // Proofs of somebody else vouch for nobody.
      await federated(w, app, await user(w, app, { email: 'other@example.com' }))
      const id = await make(w, app)
      await federated(w, await application(w), id)
      for (const carrier of ['header', 'cookie'] as const) {
        const client = await login(w, app, id, carrier)
        const marks = [claimsOf(client.accessToken).unproven]
        await client.post(REFRESH)
        marks.push(claimsOf(client.accessToken).unproven)
        assert.deepEqual(marks, unproven ? [true, true] : [undefined, undefined])
      }
    })
  }
}
