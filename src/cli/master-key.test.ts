import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { stages } from '../../test/house/stages.ts'
import { freshDatabase, world } from '../../test/world.ts'
import { claimDatabase } from '../core/master-key/canary.ts'
import { rfc3339 } from '../platform/clock.ts'
import { masterKeyId } from '../platform/key-set.ts'
import { masterKeyStatus, whatEnds } from './master-key.ts'

const [OLD, NEW] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
const QUARTER_MS = 15 * 60_000

for (const { engine } of await stages()) {
  test(`${engine}: a key that nothing is counted under says until when it must stay, and then that it may go`, async () => {
    const databaseUrl = await freshDatabase(engine)
    const old = await world(engine, { databaseUrl, config: { masterKey: OLD } })
    assert.equal(await claimDatabase(old.deps), true)
    const both = await world(engine, { databaseUrl, config: { masterKey: NEW, previousMasterKeys: [OLD] } })
    assert.equal(await claimDatabase(both.deps), true)
    const says = async () => {
      const outcome = await masterKeyStatus(both.deps)
      assert.ok(outcome.kind === 'done')
      return outcome.plain
    }
    const until = rfc3339(both.deps.now() + QUARTER_MS)
    assert.ok((await says()).includes(`The key ${masterKeyId(OLD)} must stay until ${until}`), await says())
    both.advance(QUARTER_MS)
    assert.ok((await says()).includes(`The key ${masterKeyId(OLD)} may go`))
  })
}

test('a key that is given up says how many sessions end, and which do not', () => {
  assert.equal(whatEnds(0), 'no session hangs on it.')
  assert.equal(whatEnds(1), '1 session ends then, unless it is refreshed before; its user logs in again.')
  assert.match(whatEnds(2), /^2 sessions end then, but for those that are refreshed before; /)
})
