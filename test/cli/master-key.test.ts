import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ENGINES } from '../world.ts'
import { antiphon, emptyDatabase, MASTER_KEY, serving, temporaryFolder } from './antiphon.ts'

const OTHER_KEY = 'hX0pXfKzqI9O8wq2b0V3Yx1m7c5d6e4f3g2h1iJkLmN='
const WRONG_KEY = /^ANTIPHON_MASTER_KEY: is not the key that the database \S+ was made with\n$/

const configured = (url: string) => ({
  ANTIPHON_DATABASE_URL: url,
  ANTIPHON_MASTER_KEY: MASTER_KEY,
  ANTIPHON_LISTEN: '127.0.0.1:0',
})

describe('a database', { concurrency: 2 }, () => {
  for (const engine of ENGINES) {
    test(`${engine}: that was made, which is said, is served from with the master key it was made with alone`, async () => {
      const right = configured(await emptyDatabase(engine))
      const wrong = { ...right, ANTIPHON_MASTER_KEY: OTHER_KEY }
      const made = await antiphon(['apps', 'create', 'shop'], right)
      assert.equal(made.status, 0)
      assert.match(made.stderr, /^\{"level":"warn",[^\n]*"msg":"a new database was made at [^"]+"\}\n$/)
      for (const command of [['serve'], ['apps', 'create', 'other']]) {
        const { status, stdout, stderr } = await antiphon(command, wrong)
        assert.deepEqual([status, stdout], [2, ''])
        assert.match(stderr, WRONG_KEY)
      }
      const sick = await antiphon(['doctor'], wrong)
      assert.match(sick.stdout, /^fault {2}master key: it is not the key that this database was made with/m)
      assert.doesNotMatch(sick.stdout, /application other/)
      const server = await serving({ ...right, ANTIPHON_EXPECT_DATABASE: 'true' })
      assert.doesNotMatch(server.stdout(), /a new database/)
      assert.equal((await fetch(`${server.address}/readyz`)).status, 200)
      assert.equal(await server.stop(), 0)
    })

    test(`${engine}: that is expected is not made`, async () => {
      const url = await emptyDatabase(engine)
      for (const command of ['serve', 'migrate']) {
        const { status, stdout, stderr } = await antiphon([command], {
          ...configured(url),
          ANTIPHON_EXPECT_DATABASE: 'true',
        })
        assert.deepEqual([status, stdout], [2, ''])
        assert.match(stderr, /^ANTIPHON_EXPECT_DATABASE: there is no database of Antiphon at \S+; [^\n]+\n$/)
      }
    })
  }

  test('that is expected has no folder made for it either', async () => {
    const folder = join(temporaryFolder(), 'unmounted')
    const variables = { ...configured(`sqlite:${folder}/antiphon.db`), ANTIPHON_EXPECT_DATABASE: 'true' }
    assert.equal((await antiphon(['serve'], variables)).status, 2)
    assert.equal(existsSync(folder), false)
  })

  if (ENGINES.includes('postgres')) {
    test('that two processes begin at once, with a master key each, is served from by one', async () => {
      const variables = configured(await emptyDatabase('postgres'))
      const started = await Promise.all(
        [MASTER_KEY, OTHER_KEY].map((key) =>
          serving({ ...variables, ANTIPHON_MASTER_KEY: key }).then(
            (server) => ({ server, reason: '' }),
            (error: Error) => ({ server: undefined, reason: error.message }),
          ),
        ),
      )
      assert.equal(started.filter(({ server }) => server).length, 1)
      for (const { server, reason } of started) {
        if (server) assert.equal(await server.stop(), 0)
        else assert.match(reason, /^ended with 2: .*ANTIPHON_MASTER_KEY: is not the key/s)
      }
    })
  }
})
