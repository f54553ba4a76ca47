import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frontendDocument } from '../../src/documents.ts'
import type { Endpoint } from '../../src/platform/endpoint.ts'
import { endpoints } from '../../src/server.ts'
import { application, login, send, user } from '../builders.ts'
import { stages } from './stages.ts'

interface Document {
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, object> }>>
}

const isDocumented = ({ path, method }: Endpoint) => {
  const { paths } = frontendDocument() as Document
  const answer = paths[path]?.[method.toLowerCase()]?.responses.default
  return JSON.stringify(answer ?? {}).includes('UseDPoPNonceError')
}

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  for (const one of endpoints.filter(({ audience }) => audience === 'frontend')) {
    test(`${engine}: ${one.operationId} asks for a nonce exactly if its document says so`, async () => {
      const client = await login(w, app, await user(w, app))
      const path = one.path.replace('{type}', 'email_address').replace(/\{\w+\}/g, 'x')
      const stale = { method: one.method, claims: { iat: 1 } }
      const headers = {
        host: app.host,
        authorization: `Bearer ${client.accessToken}`,
        'x-refresh-token': client.refreshToken,
        dpop: (await client.key?.proof(`${app.origin}${path}`, stale)) ?? '',
      }
      const answer = await send(w, path, { method: one.method, headers })
      assert.equal(answer.body?.code === 'use_dpop_nonce', isDocumented(one), JSON.stringify(answer.body))
    })
  }

  test(`${engine}: those that continue or open a session, and those of the signed-in user, do; logging out does not`, () => {
    const documented = endpoints.filter((one) => one.audience === 'frontend' && isDocumented(one))
    const asking = documented.map(({ operationId }) => operationId)
    for (const name of ['finalizeLogin', 'refreshSession', 'listIdentifiers']) assert.ok(asking.includes(name), name)
    assert.ok(!asking.includes('revokeSession'))
  })
}
