import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { claimDatabase } from '../../src/core/master-key/canary.ts'
import { freshDatabase, world } from '../world.ts'
import { CALLERS, race } from './contenders.ts'

test('of sixteen processes that begin an empty database with a master key each, one may go on', async () => {
  const databaseUrl = await freshDatabase('postgres')
  const keys = Array.from({ length: CALLERS / 4 }, () => new Uint8Array(randomBytes(32)))
  const worlds = await Promise.all(keys.map((masterKey) => world('postgres', { databaseUrl, config: { masterKey } })))
  const answers = await race((i) => claimDatabase((worlds[i % worlds.length] ?? worlds[0])?.deps as never))
  const winners = new Set(answers.flatMap((isOurs, i) => (isOurs ? [i % worlds.length] : [])))
  assert.equal(winners.size, 1)
  assert.equal(answers.filter(Boolean).length, CALLERS / worlds.length, 'all processes of the key that won go on')
})
