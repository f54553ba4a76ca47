import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ENGINES } from '../world.ts'
import { antiphon, emptyDatabase, MASTER_KEY, serving, temporaryFolder } from './antiphon.ts'

const OTHER_KEY = 'hX0pXfKzqI9O8wq2b0V3Yx1m7c5d6e4f3g2h1iJkLmN='
const LACKING =
  /^ANTIPHON_MASTER_KEY_PREVIOUS: lacks the key \w{8}, on which \d+ sealed values and 0 sessions still hang: [^\n]+\n$/
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

  test('whose master key is rotated is served from with both keys, and without the old one once nothing hangs on it', async () => {
    const old = configured(await emptyDatabase('sqlite'))
    assert.equal((await antiphon(['apps', 'create', 'shop'], old)).status, 0)
    const alone = { ...old, ANTIPHON_MASTER_KEY: OTHER_KEY }
    const both = { ...alone, ANTIPHON_MASTER_KEY_PREVIOUS: MASTER_KEY }
    // It rotates, and leaves it to a server to seal anew.
    const rotated = await antiphon(['apps', 'create', 'other'], both)
    assert.match(rotated.stderr, /the master key was rotated: the database is under the new one/)
    const early = await antiphon(['serve'], alone)
    assert.deepEqual([early.status, early.stdout], [2, ''])
    assert.match(early.stderr, LACKING)
    const sick = await antiphon(['doctor'], alone)
    assert.match(
      sick.stdout,
      /^fault {2}master key: \d+ sealed values and 0 sessions hang on the key \w{8}, which is not given/m,
    )
    const server = await serving(both)
    const statusOf = async () => JSON.parse((await antiphon(['keys', 'master', 'status', '--json'], both)).stdout)
    for (let looks = 0; looks < 20 && 'signing_keys' in ((await statusOf()).keys[1]?.sealed ?? {}); looks++);
    const { keys } = await statusOf()
    assert.deepEqual(
      keys.map(({ given, may_go, sessions }: Record<string, unknown>) => ({ given, may_go, sessions })),
      [
        { given: 'newest', may_go: false, sessions: 0 },
        { given: 'previous', may_go: false, sessions: 0 },
      ],
      'what clients hold is given a quarter of an hour',
    )
    assert.equal(await server.stop(), 0)
    const late = await serving(alone)
    assert.equal((await fetch(`${late.address}/readyz`)).status, 200)
    assert.equal(await late.stop(), 0)
  })

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
