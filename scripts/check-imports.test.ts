import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { checkConsole, checkDemo, checkImports } from './check-imports.ts'

const check = (files: Record<string, string>) => checkImports(new Map(Object.entries(files)))

/** Checks one file, and gives what it is accused of, without the reasons. */
const accuse = (path: string, source: string) =>
  check({ [path]: source }).map((line) => line.replace(/^\S+ → (.*?): .*$/, '$1'))

test('a clean tree has no violations', () => {
  const files = {
    'src/crypto/hash.ts': `import { createHash } from 'node:crypto'\nimport { jwtVerify } from 'jose/jwt/verify'\nexport const a = 1`,
    'src/platform/clock.ts': `import { a } from '../crypto/hash.ts'\nexport const now = () => Date.now() + a`,
    'src/platform/db.ts': `import pg from 'pg'\nimport { Kysely } from 'kysely'\nexport const db = [pg, Kysely]`,
    'src/platform/dialect-sqlite.ts': `import { DatabaseSync } from 'node:sqlite'\nexport const d = DatabaseSync`,
    'src/platform/migrate.ts': `import { sql } from 'kysely'\nexport const m = sql`,
    'src/platform/endpoint.ts': `import type { FastifyInstance } from 'fastify'\nexport type F = FastifyInstance`,
    'src/core/users/tables.ts': `import type { Generated } from 'kysely'\nexport interface T { id: Generated<string> }`,
    'src/core/users/store.ts': `import { sql } from 'kysely'\nimport type { T } from './tables.ts'\nexport const s = (t: T) => sql`,
    'src/core/sessions/store/rotate.ts': `import { sql } from 'kysely'\nimport { s } from '../../users/store.ts'\nexport const r = [sql, s]`,
    'src/features/refresh/index.ts': `export { refresh } from './refresh.ts'\nexport type { R } from './refresh.ts'`,
    'src/features/refresh/refresh.ts': `import { s } from '../../core/users/store.ts'\nexport type R = 1\nexport const refresh = s`,
    'src/features.ts': `import { refresh } from './features/refresh/index.ts'\nexport const features = [refresh]`,
    'src/server.ts': `import fastify from 'fastify'\nimport cors from '@fastify/cors'\nimport { features } from './features.ts'\nexport const s = [fastify, cors, features]`,
    'src/main.ts': `import { s } from './server.ts'\nimport pkg from '../package.json' with { type: 'json' }\nsetTimeout(() => fetch(process.env.URL), Math.random())\nexport const m = [s, pkg]`,
    'src/cli.ts': `const { m } = await import('./main.ts')\nprocess.env.X = m`,
    'src/cli/dev.ts': `export const { demoPages } = await import('../../demo/index.ts')`,
    'src/core/users/store.test.ts': `import { createHash } from 'node:crypto'\nimport '../../features/refresh/index.ts'\nDate.now()`,
  }
  assert.deepEqual(check(files), [])
})

test('a violation is one line: file and line, what, and why', () => {
  assert.deepEqual(check({ 'src/core/users/find.ts': `\n\nimport {\n  a,\n} from '../../features/users/index.ts'` }), [
    'src/core/users/find.ts:3 → src/features/users/index.ts: core may not import features; only downwards',
  ])
})

describe('direction', () => {
  const upwards: [string, string][] = [
    ['src/crypto/hash.ts', 'src/platform/clock.ts'],
    ['src/platform/db.ts', 'src/core/users/store.ts'],
    ['src/core/users/find.ts', 'src/features/users/list.ts'],
    ['src/features/users/list.ts', 'src/server.ts'],
  ]
  for (const [from, to] of upwards) {
    const specifier = `${'../'.repeat(from.split('/').length - 2)}${to.slice(4)}`
    const forms = {
      import: `import { a } from '${specifier}'`,
      'import of everything': `import * as a from "${specifier}"`,
      'import of a default and names': `import a, {\n  b, // first\n  type C,\n} from '${specifier}'`,
      'import of a default named type': `import type from '${specifier}'`,
      'type import': `import type { A } from '${specifier}'`,
      'bare import': `import '${specifier}'`,
      'export of names': `export { a } from '${specifier}'\nexport const b = 1`,
      'export of everything': `export * from '${specifier}'\nexport const b = 1`,
      'export of a namespace': `export * as a from '${specifier}'\nexport const b = 1`,
      'type export': `export type { A } from '${specifier}'\nexport const b = 1`,
      'dynamic import': `await import('${specifier}')`,
      'dynamic import with a template and options': `await import(\n  \`${specifier}\`, { with: {} })`,
      'type of a module': `type A = typeof import('${specifier}')`,
    }
    for (const [form, source] of Object.entries(forms)) {
      test(`${from} may not reach ${to} by ${form}`, () => assert.deepEqual(accuse(from, source), [to]))
    }
  }

  test('a feature may not import another feature, and src nothing outside itself', () => {
    const groups = `import { a } from '../groups/index.ts'`
    assert.deepEqual(accuse('src/features/users/list.ts', groups), ['src/features/groups/index.ts'])
    assert.deepEqual(accuse('src/main.ts', `import { world } from '../test/world.ts'`), ['test/world.ts'])
    assert.deepEqual(accuse('src/cli/serve.ts', `import { a } from '../../demo/index.ts'`), ['demo/index.ts'])
  })

  test('the demo imports nothing of the server', () => {
    const own = `import { call } from './antiphon.ts'\nimport { jwtVerify } from 'jose'`
    const reaching = `import { sha256 } from '../../src/crypto/hash.ts'`
    assert.deepEqual(checkDemo(new Map([['demo/server/bank.ts', own]])), [])
    assert.deepEqual(checkDemo(new Map([['demo/server/bank.ts', reaching]])), [
      'demo/server/bank.ts:1 → ../../src/crypto/hash.ts: the demo uses the public API alone',
    ])
  })

  test('nor does the console', () => {
    const reaching = `import type { Endpoint } from '../../../src/platform/endpoint.ts'`
    assert.deepEqual(checkConsole(new Map([['console/src/api/call.ts', reaching]])), [
      'console/src/api/call.ts:1 → ../../../src/platform/endpoint.ts: the console uses the management API alone',
    ])
  })

  test('a computed path is refused, for it cannot be checked', () => {
    for (const path of ['name', `'./x' + name`, '`./$' + '{name}.ts`']) {
      assert.deepEqual(accuse('src/main.ts', `await import(${path})`), ['import(…)'])
    }
  })

  test('src/cli/ is on the top floor: it may import what is right in src/, and nothing below may import it', () => {
    assert.deepEqual(accuse('src/cli/serve.ts', `import { a } from '../main.ts'`), [])
    assert.deepEqual(accuse('src/cli.ts', `await import('./cli/serve.ts')`), [])
    assert.deepEqual(accuse('src/features/users/x.ts', `import { a } from '../../cli/serve.ts'`), ['src/cli/serve.ts'])
    assert.deepEqual(accuse('src/cli/serve.ts', 'const a = process.env.HOME'), ['process.env'])
  })

  test('a folder of src that is no floor is refused', () =>
    assert.deepEqual(accuse('src/lib/x.ts', ''), ['folder lib/']))
})

describe('cycles', () => {
  test('a cycle is refused, within a floor and through dynamic imports too', () => {
    const files = {
      'src/core/a/x.ts': `import { b } from '../b/y.ts'`,
      'src/core/b/y.ts': `import { c } from '../c/z.ts'`,
      'src/core/c/z.ts': `await import('../a/x.ts')`,
    }
    assert.deepEqual(check(files), [
      'src/core/a/x.ts → src/core/b/y.ts → src/core/c/z.ts → src/core/a/x.ts: an import cycle',
    ])
  })

  test('types close a cycle, too, however they are imported, and in the demo', () => {
    const x = `import { b } from './y.ts'`
    for (const y of [
      `import { type A } from './x.ts'`,
      `import type from './x.ts'`,
      `import type { A } from './x.ts'`,
      `export type { A } from './x.ts'\nexport const b = 1`,
    ]) {
      assert.equal(check({ 'src/core/a/x.ts': x, 'src/core/a/y.ts': y }).length, 1, y)
      assert.deepEqual(checkDemo(new Map(Object.entries({ 'demo/x.ts': x, 'demo/y.ts': y }))), [
        'demo/x.ts → demo/y.ts → demo/x.ts: an import cycle',
      ])
    }
  })

  test('a file that imports itself is a cycle; two ways to one file are none', () => {
    assert.equal(check({ 'src/core/a/x.ts': `import './x.ts'` }).length, 1)
    const y = `import './z.ts'`
    assert.deepEqual(
      check({ 'src/core/a/x.ts': `import './y.ts'\n${y}`, 'src/core/a/y.ts': y, 'src/core/a/z.ts': '' }),
      [],
    )
  })
})

describe('names of files', () => {
  test('a barrel is refused, however it re-exports', () => {
    const barrels = [
      `export * from './a.ts'`,
      `// the users\nexport { a } from './a.ts'; export type { B } from './b.ts'`,
      `import { a } from './a.ts'\nexport { a }`,
    ]
    for (const source of barrels) assert.deepEqual(accuse('src/core/users/index.ts', source), ['itself'])
    assert.deepEqual(accuse('src/core/users/index.ts', `${barrels[0]}\nexport const b = 1`), [])
    assert.deepEqual(accuse('src/features/users/all.ts', `export * from './a.ts'`), ['itself'])
  })

  test('a folder whose name says nothing is refused', () => {
    for (const folder of ['utils', 'helpers', 'common', 'shared', 'misc']) {
      assert.deepEqual(accuse(`src/core/${folder}/x.ts`, ''), [`folder ${folder}/`])
    }
  })
})

describe('packages', () => {
  const misplaced: [string, string[]][] = [
    ['node:crypto', ['src/platform/random.ts', 'src/core/users/find.ts', 'src/main.ts']],
    ['crypto', ['src/core/users/find.ts']],
    ['jose/jwt/sign', ['src/features/jwks/list.ts', 'src/platform/clock.ts']],
    ['@node-saml/node-saml', ['src/crypto/jwt.ts', 'src/features/login-saml/acs.ts']],
    ['@xmldom/xmldom/lib/dom-parser.js', ['src/core/saml-connections/find.ts']],
    ['kysely', ['src/core/users/find.ts', 'src/platform/jobs/run.ts', 'src/server.ts', 'src/core/users/restore.ts']],
    ['pg', ['src/main.ts', 'src/crypto/db.ts']],
    ['node:sqlite', ['src/cli.ts']],
    ['fastify', ['src/core/access/bearer.ts', 'src/main.ts', 'src/features/users/pages.ts']],
    ['@fastify/cors', ['src/features/users/pages.ts']],
  ]
  for (const [name, paths] of misplaced) {
    for (const path of paths) {
      test(`${path} may not import ${name}`, () => {
        assert.deepEqual(accuse(path, `import { a } from '${name}'`), [name])
      })
    }
  }

  test('a type import needs the same permission, a package whose name begins the same does not', () => {
    assert.deepEqual(accuse('src/core/users/find.ts', `import type { Kysely } from 'kysely'`), ['kysely'])
    assert.deepEqual(accuse('src/core/users/find.ts', `import type { A } from 'fastify'`), ['fastify'])
    assert.deepEqual(accuse('src/core/users/find.ts', `import a from 'pg-format'\nimport b from 'fastify-x'`), [])
  })
})

describe('the outside world', () => {
  const touches: [string, string][] = [
    ['Date.now', 'const a = Date.now()'],
    ['Date.now', 'const a = globalThis.Date.now'],
    ['performance.now', 'const a = performance.now()'],
    ['new Date()', 'const a = new Date()'],
    ['new Date()', 'const a = new Date'],
    ['Math.random', 'const a = Math.random()'],
    ['fetch()', `const a = await fetch('https://example.com')`],
    ['fetch()', 'const a = globalThis.fetch(url)'],
    ['fetch()', 'const a = [...fetch(url)]'],
    ['setTimeout', `import { setTimeout } from 'node:timers/promises'`],
    ['setTimeout', 'const a = { sleep: setTimeout }'],
    ['setInterval', 'setInterval(work, 1000)'],
    ['setImmediate', 'setImmediate(work)'],
    ['AbortSignal.timeout', 'AbortSignal.timeout(5)'],
    ['process.env', 'const a = process.env.HOME'],
    ['process.env', 'const a = `$' + '{ [{ b: { c } }, process.env] }`'],
  ]
  for (const [name, source] of touches) {
    test(`core may not touch ${name}: ${source}`, () => {
      assert.deepEqual(accuse('src/core/users/find.ts', source), [name])
      assert.deepEqual(accuse('src/platform/clock.ts', source), [])
    })
  }

  const innocent = [
    'const a = new Date(expiresAt)',
    `const a = new Date('2026-01-01')`,
    'const a = await deps.fetch(url)',
    'const a = deps?.fetch(url)',
    'socket.setTimeout(5)',
    'const a = prefetch(url) + lastDate.now',
    'const a = process.environment + Math.randomness',
  ]
  for (const source of innocent) {
    test(`this is no touch: ${source}`, () => assert.deepEqual(accuse('src/core/users/find.ts', source), []))
  }
})

describe('text that only looks like code', () => {
  const texts = [
    `// import { a } from '../../main.ts' and Date.now()`,
    `/* import '../../main.ts'\n * don't call Date.now() */`,
    `const a = "import '../../main.ts'; Date.now()"`,
    `const a = 'it\\'s Date.now()'`,
    'const a = `import "../../main.ts"; it\\`s Date.now() $' + '{ `in $' + '{1} Date.now()` } Date.now()`',
    `const a = text.split(/['"\`/]/), b = 'Date.now()'`,
    `const a = /[/'] Date.now()/.test(b)`,
    `const a = b / c, d = 'Date.now()' // ' /`,
    `const a = { import: 'x', from: '../../main.ts' }`,
    `deps.import('../../main.ts')`,
  ]
  for (const text of texts) {
    test(`is not read as code: ${text}`, () => {
      assert.deepEqual(accuse('src/core/users/find.ts', text), [])
      assert.deepEqual(accuse('src/core/users/find.ts', `${text}\nDate.now()`), ['Date.now'], 'the code after it is')
    })
  }
})

describe('the command', () => {
  const run = (files: Record<string, string>) => {
    const root = mkdtempSync(join(tmpdir(), 'antiphon-check-imports-'))
    try {
      cpSync(import.meta.dirname, join(root, 'scripts'), { recursive: true })
      for (const [path, source] of Object.entries(files)) {
        mkdirSync(join(root, path, '..'), { recursive: true })
        writeFileSync(join(root, path), source)
      }
      return spawnSync(process.execPath, [join(root, 'scripts', 'check-imports.ts')], { encoding: 'utf8' })
    } finally {
      rmSync(root, { recursive: true })
    }
  }

  test('prints the violations and exits 1', () => {
    const { status, stderr } = run({ 'src/crypto/hash.ts': `import '../main.ts'`, 'src/main.ts': '' })
    assert.equal(status, 1)
    assert.match(stderr, /^src\/crypto\/hash\.ts:1 → src\/main\.ts: crypto may not import the top of src\//)
  })

  test('exits 0 on a clean tree, and 1 when there is nothing to check', () => {
    assert.equal(run({ 'src/main.ts': '' }).status, 0)
    assert.equal(run({}).status, 1)
  })
})
