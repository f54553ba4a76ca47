import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTerminal, progressLine } from './terminal.ts'

/** What is written where there is a terminal, or none, while time goes by. */
function shownOn(isTTY: boolean, everyMs: readonly number[]): string[] {
  let now = 0
  const written: string[] = []
  const terminal = openTerminal(() => now, {
    isTTY,
    write: (text: string | Uint8Array) => written.push(String(text)) > 0,
  })
  for (const [i, ms] of everyMs.entries()) {
    now += ms
    terminal.show(`${i}`)
  }
  terminal.show('end', { isLast: true })
  terminal.close()
  return written
}

test('a terminal has one line that changes; a log has a line now and then, and nothing that steers', () => {
  const times = [100, 150, 150, 200, 9_000, 9_000, 100]
  assert.deepEqual(
    shownOn(true, times),
    ['1', '3', '4', '5'].map((text) => `\r${text}\u001b[K`).concat('\rend\u001b[K\n'),
  )
  assert.deepEqual(shownOn(false, times), ['5\n', 'end\n'])
})

test('the line says how far it is, how fast, and for how long', () => {
  const at = { done: 0.5, lines: 1_234_567, rate: 9_800.4, secondsLeft: 126 }
  assert.equal(
    progressLine('Loading', at),
    'Loading [############            ]  50 %  1 234 567 lines, 9 800/s, 3 min left',
  )
  const left = (secondsLeft: number) => /, ([^,]*) left$/.exec(progressLine('', { ...at, secondsLeft }))?.[1]
  assert.deepEqual([0.2, 59, 60, 3_599, 3_600, 9_000].map(left), [
    '1 s',
    '59 s',
    '1 min',
    '60 min',
    '1 h 0 min',
    '2 h 30 min',
  ])
  assert.match(progressLine('Loading', { ...at, done: 1 }), /\[#{24}\] 100 % .*\/s$/)
  assert.match(progressLine('Reading', { ...at, done: 0, secondsLeft: undefined }), /\[ {24}\] {3}0 % .*\/s$/)
  assert.match(progressLine('Reading', { ...at, done: 1.2 }), / 100 % /)
})
