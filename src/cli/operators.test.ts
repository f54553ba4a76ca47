import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consoleOf } from '../../test/house/console.ts'
import { stages } from '../../test/house/stages.ts'
import type { Config } from '../platform/config.ts'
import { consoleOrigin, invite } from './operators.ts'
import type { Outcome } from './outcome.ts'

function jsonOf(outcome: Outcome) {
  assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
  return (outcome as { json: Record<string, string> }).json
}

const reasonOf = (outcome: Outcome) =>
  outcome.kind === 'refused' || outcome.kind === 'misused' ? outcome.reason : assert.fail(JSON.stringify(outcome))

for (const { engine, it, w } of await stages(async (w) => ({ it: await consoleOf(w) }))) {
  test(`${engine}: the first to be invited is an owner, others have a role, and the same command is the way back in`, async () => {
    const use = (url = '') => it.browser().call('POST', '/console/invitation', { token: url.split('#invitation=')[1] })
    const first = jsonOf(await invite(w.deps, ' Ada@Example.com', { console: 'https://console.example.com/' }))
    assert.match(first.url ?? '', /^https:\/\/console\.example\.com\/#invitation=aoi_[\w-]{43}$/)
    assert.deepEqual([first.email, first.role], ['ada@example.com', 'owner'])
    assert.equal((await use(first.url)).status, 200)
    const again = jsonOf(await invite(w.deps, 'ada@example.com', {}))
    assert.equal(again.operator_id, first.operator_id)
    assert.match(again.url ?? '', /^<console>\/#invitation=/)
    const { body } = await use(again.url)
    assert.equal(body.operator.id, first.operator_id)
    assert.match(reasonOf(await invite(w.deps, 'bo@example.com', {})), /^--role is one of owner, admin/)
    assert.match(reasonOf(await invite(w.deps, 'ada@example.com', { role: 'admin' })), /operators update opr_/)
    assert.match(reasonOf(await invite(w.deps, 'nobody', {})), /e-mail address/)
    const bo = jsonOf(await invite(w.deps, 'bo@example.com', { role: 'support', apps: 'shop, bank' }))
    assert.deepEqual((await use(bo.url)).body.operator.apps, ['shop', 'bank'])
    const rows = await w.deps.db
      .withTables<{ audit_rows: { actor: string; operation: string } }>()
      .selectFrom('audit_rows')
      .select(['actor', 'operation'])
      .where('actor', '=', 'cli')
      .execute()
    assert.deepEqual(
      rows.map(({ operation }) => operation),
      ['createOperator', 'inviteOperator', 'createOperator'],
    )
  })
}

test('where browsers reach the console is said where the configuration says it', () => {
  const at = (config: Partial<Config>) => consoleOrigin({ publicScheme: 'https', ...config } as Config)
  assert.equal(at({ consoleHost: 'console.example.com' }), 'https://console.example.com')
  assert.equal(at({ consoleHost: 'localhost:9000' }), 'http://localhost:9000')
  assert.equal(at({ consoleListen: { host: '0.0.0.0', port: 9000 } }), 'http://localhost:9000')
  assert.equal(at({ consoleListen: { host: '10.0.0.7', port: 9000 } }), undefined)
  assert.equal(at({}), undefined)
})
