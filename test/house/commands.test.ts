import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { commandLine } from '../../src/cli/commands.ts'
import { isOfApi, isOfDatabase, leavesOf } from '../../src/cli/help.ts'
import { typed } from '../../src/cli/io.fixture.ts'
import { run } from '../../src/cli/run.ts'

/** About the program itself, or what is a server itself. */
const OF_ITSELF = ['serve', 'dev', 'health', 'openapi', 'completion', 'version']

const leaves = [...leavesOf(commandLine({}, typed()))]

/** What has to be said, with a value that means nothing. */
const dialled = (path: string, made: Command) => [
  ...path.split(' '),
  ...made.registeredArguments.filter(({ required }) => required).map(() => 'x'),
  ...made.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [long ?? '', 'x']),
]

test('every command works by the management API, or says that it works on the database alone', () => {
  const others = leaves.filter(([, made]) => !isOfApi(made) && !isOfDatabase(made)).map(([path]) => path)
  assert.deepEqual(others.sort(), OF_ITSELF.toSorted())
})

test('what works on the database alone does nothing where a server is named', async () => {
  const databases = leaves.filter(([, made]) => isOfDatabase(made))
  assert.ok(databases.length > 10)
  for (const [path, made] of databases) {
    const args = dialled(path, made)
    for (const [more, variables] of [
      [['--url', 'https://auth.example.com'], {}] as const,
      [[], { ANTIPHON_URL: 'https://auth.example.com' }] as const,
    ]) {
      const io = typed()
      await run([...args, ...more], variables, io)
      assert.match(
        io.said.err.join('\n'),
        new RegExp(`^antiphon: ${path} works on the database alone: .* without (--url|ANTIPHON_URL)$`),
      )
      assert.equal(io.said.code, 64, path)
    }
  }
})

/** Words that name what cannot be undone. */
const DESTROYS = /^(delete|remove|revoke|rollback|give-up|switch|restore)\b/

test('whatever destroys asks first, and takes --yes', () => {
  const silent = leaves.filter(
    ([path, made]) => DESTROYS.test(path.split(' ').at(-1) ?? '') && !made.options.some(({ long }) => long === '--yes'),
  )
  assert.deepEqual(
    silent.map(([path]) => path),
    [],
  )
})
