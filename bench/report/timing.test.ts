import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, type Times, timingTable } from './timing.ts'

const spreadOut = (kind: string, from: number): Times => ({
  kind,
  ms: Array.from({ length: 100 }, (_, i) => from + i / 100),
})
const known = spreadOut('known', 1)

test('kinds that overlap are alike only when the run saw its control', () => {
  const unknown = spreadOut('unknown', 1.01)
  const seen = { what: 'x', times: [known, unknown], control: spreadOut('control', 1.5), held: true } as const
  assert.equal(judge(seen, unknown), 'alike')
  assert.equal(judge({ ...seen, control: spreadOut('control', 1.02) }, unknown), 'blind')
})

test('a kind that answers earlier is told apart as one that answers later is', () => {
  for (const from of [0.7, 1.3]) {
    const other = spreadOut('unknown', from)
    const compared = { what: 'x', times: [known, other], control: spreadOut('control', 1.02), held: true } as const
    assert.equal(judge({ ...compared, times: [known, other] }, other), 'apart')
  }
})

test('the table shows every kind beside the first, and the control', () => {
  const times = [known, spreadOut('unknown', 1.3), spreadOut('blocked', 1)] as const
  const text = timingTable(
    [{ what: 'POST /x', times: [...times], control: spreadOut('slow', 1.5), held: true }],
    () => 0.5,
  )
  assert.match(text, /\| POST \/x \| unknown, known \| 1\.795 \| 300 \(.+\) \| 0\.75\d \| \*\*apart\*\* \|/)
  assert.match(text, /\| POST \/x \| blocked, known \| .+ \| 0\.500 \| alike \|/)
  assert.match(text, /\| control \(\d+ µs would be seen\) \| slow, known \| .+ \| seen \|/)
})
