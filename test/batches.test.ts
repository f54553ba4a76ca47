import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planBatches } from './batches.ts'
import { kindOf } from './kinds.ts'

test('every file is in one batch, browsers and processes alone and first, neighbours apart', () => {
  const pure = Array.from({ length: 61 }, (_, i) => `src/core/sessions/${String(i).padStart(2, '0')}.test.ts`)
  const files = [...pure, 'test/browser/sdk.test.ts', 'test/races/otp.test.ts']
  const batches = planBatches(files, (file) => file.includes('races'))
  assert.deepEqual(batches.flat().sort(), [...files].sort())
  assert.deepEqual(batches[0], ['test/browser/sdk.test.ts'])
  assert.deepEqual(batches[1], ['test/races/otp.test.ts'])
  const dealt = batches.slice(2)
  assert.deepEqual(
    dealt.map((batch) => batch.length),
    [21, 20, 20],
  )
  for (const [i, file] of pure.entries()) assert.ok(dealt[i % 3]?.includes(file))
  assert.deepEqual(
    planBatches([], () => true),
    [],
  )
})

test('a test is of the kind of its folder, else of its engine, else pure', () => {
  assert.equal(kindOf('test/races/otp.test.ts', 'postgres: one wins'), 'races')
  assert.equal(kindOf('src/features/jwks/keys.test.ts', 'postgres: keys are published'), 'on PostgreSQL')
  assert.equal(kindOf('src/features/jwks/keys.test.ts', 'sqlite: keys are published'), 'on SQLite')
  assert.equal(kindOf('src/crypto/jwt.test.ts', 'a token is read'), 'pure')
})
