import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Deps } from './deps.ts'
import { openLog } from './log.ts'
import { logSampled } from './sampled-log.ts'

function open() {
  const lines: string[] = []
  let uptime = 0
  const deps = { monotonic: () => uptime, log: openLog('info', { write: (line: string) => lines.push(line) }) }
  const tell = (reason: string) => logSampled(deps as unknown as Deps, 'info', [reason], { reason }, 'refused')
  const told = () => lines.splice(0).map((line) => JSON.parse(line))
  return { tell, told, advance: (ms: number) => (uptime += ms) }
}

test('of each subject ten lines a minute are told, and later how many were not', () => {
  const { tell, told, advance } = open()
  for (let i = 0; i < 25; i++) tell('wrong')
  tell('late')
  const first = told()
  assert.equal(first.filter(({ reason }) => reason === 'wrong').length, 10)
  assert.equal(first.filter(({ reason }) => reason === 'late').length, 1)
  assert.ok(first.every((line) => !('untold' in line)))
  advance(59_999)
  tell('wrong')
  assert.deepEqual(told(), [])
  advance(1)
  tell('wrong')
  tell('late')
  tell('wrong')
  assert.deepEqual(
    told().map(({ reason, untold }) => [reason, untold]),
    [
      ['wrong', 16],
      ['late', undefined],
      ['wrong', undefined],
    ],
  )
})

test('whoever invents subjects makes it forget the oldest, and it grows no further', () => {
  const { tell, told } = open()
  for (let i = 0; i < 11; i++) tell('first')
  for (let i = 0; i < 1_000; i++) tell(`other ${i}`)
  told()
  tell('first')
  assert.equal(told().length, 1)
})
