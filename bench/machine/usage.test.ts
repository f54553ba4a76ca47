import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCpuList, pinned } from './cpus.ts'
import { cpuMicros, memoryOf, parsePsTime } from './usage.ts'

test('a kernel CPU list is read with its ranges', () => {
  assert.deepEqual(parseCpuList('0-2,5'), [0, 1, 2, 5])
  assert.deepEqual(parseCpuList(''), [])
})

test('a command is pinned only when there is a CPU for it', () => {
  assert.deepEqual(pinned(undefined, ['node', 'a.ts']), ['node', 'a.ts'])
  assert.deepEqual(pinned(0, ['node', 'a.ts']), ['taskset', '-c', '0', 'node', 'a.ts'])
})

test('the CPU time of a process agrees with what the process knows itself', () => {
  const until = performance.now() + 60
  while (performance.now() < until);
  const { user, system } = process.cpuUsage()
  assert.ok(Math.abs(cpuMicros(process.pid) - user - system) < 60_000)
})

test('the memory of a process is in MiB', () => {
  const own = process.memoryUsage.rss() / 1024 ** 2
  assert.ok(Math.abs(memoryOf(process.pid).rssMib - own) < own / 2)
})

test('the CPU time that ps prints is read in each of its forms', () => {
  assert.equal(parsePsTime('0:01.50'), 1_500_000)
  assert.equal(parsePsTime('01:00:00'), 3_600_000_000)
  assert.equal(parsePsTime('1-00:00:01'), 86_401_000_000)
})
