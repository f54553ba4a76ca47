import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { threadPool } from './threads.ts'

const FILE = new URL('./threads.fixture.ts', import.meta.url)

test('a thread is used again when it is idle, and another is started when none is', async () => {
  const run = threadPool<string, number>(FILE)
  assert.deepEqual([await run('count'), await run('count')], [1, 2])
  assert.deepEqual((await Promise.all([run('count'), run('count')])).toSorted(), [1, 3])
  assert.deepEqual((await Promise.all([run('count'), run('count')])).toSorted(), [2, 4])
})

test('a task that throws is refused, and its thread goes on', async () => {
  const run = threadPool<string, number>(FILE)
  await assert.rejects(run('throw'), /asked to/)
  assert.equal(await run('count'), 2)
})

test('a thread that dies fails its task, and the next task has another', async () => {
  const run = threadPool<string, number>(FILE)
  await run('count')
  await assert.rejects(run('die'), /the thread ended with 3/)
  assert.equal(await run('count'), 1)
})

test('a file that cannot be run fails the task', async () => {
  await assert.rejects(threadPool(new URL('./none.ts', FILE))('count'), /none\.ts/)
})

test('threads give way to the rest of the process', { skip: process.platform !== 'linux' }, async () => {
  const before = getPriority()
  assert.equal(await threadPool(FILE)('nice'), String(before + 10 > 19 ? 19 : 10))
  assert.equal(getPriority(), before)
})

test('an idle thread keeps no process from ending', () => {
  const script = `
    import { threadPool } from ${JSON.stringify(import.meta.resolve('./threads.ts'))}
    console.log(await threadPool(new URL(${JSON.stringify(FILE.href)}))('count'))`
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 10_000 })
  assert.deepEqual([ran.status, ran.stdout], [0, '1\n'], ran.stderr)
})
