import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALL_ROLES, permissionsOf } from '../../src/core/operators/roles.ts'
import { endpoints } from '../../src/server.ts'
import { application } from '../builders.ts'
import { consoleOf, signedIn } from './console.ts'
import { stages } from './stages.ts'

const managed = endpoints.filter((endpoint) => endpoint.audience === 'management')
const LACKING = 'insufficient_permissions'

for (const { engine, it, w } of await stages(async (w) => ({ it: await consoleOf(w) }))) {
  test(`${engine}: each role comes to the operations whose permission it has, and to no other`, async () => {
    const app = await application(w)
    const wrong: string[] = []
    for (const role of ALL_ROLES) {
      const allowed = permissionsOf(role)
      const { browser } = await signedIn(it, { role })
      for (const { operationId, method, path, permission } of managed) {
        const isAllowed = allowed === undefined || (permission !== undefined && allowed.includes(permission))
        // What would really be done is known to be let through by the roles that may; see below.
        if (isAllowed && operationId === 'deleteApplication') continue
        const url = path.replace('{appID}', app.id).replace(/\{\w+\}/g, 'x')
        const answer = await browser.call(method, url)
        const isDenied = answer.status === 403 && answer.body.code === LACKING
        if (isDenied === isAllowed || answer.status === 401) wrong.push(`${role} ${operationId}: ${answer.status}`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  test(`${engine}: whatever wants a fresh proof refuses an old one, and nothing else does`, async () => {
    const app = await application(w)
    const { browser } = await signedIn(it)
    w.advance(300_000)
    for (const { operationId, method, path, sudo = false } of managed) {
      if (method === 'GET' && !sudo) continue
      if (operationId === 'deleteApplication') continue
      const answer = await browser.call(method, path.replace('{appID}', app.id).replace(/\{\w+\}/g, 'x'))
      assert.equal(answer.body?.code === 'recent_proof_required', sudo, `${operationId} ${JSON.stringify(answer.body)}`)
    }
    const gone = await browser.call('DELETE', `/v2/session/apps/${app.id}`)
    assert.equal(gone.body.code, 'recent_proof_required')
  })
}
