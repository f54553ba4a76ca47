import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { byProvider, byRoute } from '../src/screens/messages/arrival.ts'
import { drawnOf, stacked } from '../src/screens/start/lines.ts'

const starts = ['2026-01-02T03:00:00Z', '2026-01-02T04:00:00Z']
const series = (labels: Record<string, string>, ...counts: number[]) => ({
  labels,
  counts,
  total: counts.reduce((sum, count) => sum + count, 0),
})
const byWay = { lineOf: (_: string, { way }: Readonly<Record<string, string>>) => way }

describe('what plots draw', () => {
  test('series of one name are one line, those of none are left out, and the highest is first', () => {
    const sessions = [
      series({ way: 'code' }, 1, 2),
      series({ way: 'passkey', a: '1' }, 3, 0),
      series({ other: 'x' }, 9),
    ]
    const more = [series({ way: 'passkey', a: '2' }, 0, 4)]
    const answers = [
      { metric: 'session_started', starts, series: sessions } as const,
      { metric: 'login_refused', starts, series: more } as const,
    ]
    assert.deepEqual(drawnOf(byWay, answers), {
      starts,
      lines: [
        { name: 'passkey', counts: [3, 4], total: 7 },
        { name: 'code', counts: [1, 2], total: 3 },
      ],
    })
    assert.deepEqual(drawnOf(byWay, []), { starts: [], lines: [] })
  })

  test('more lines than there are colours are summed up in the last', () => {
    const all = Array.from({ length: 11 }, (_, place) => series({ way: `oauth:${place}` }, 20 - place, 0))
    const { lines } = drawnOf(byWay, [{ metric: 'session_started', starts, series: all }])
    assert.equal(lines.length, 8)
    assert.deepEqual(lines.at(-1), { name: 'others', counts: [13 + 12 + 11 + 10, 0], total: 46 })
  })

  test('bars stand upon each other', () => {
    const heights = stacked([
      [1, 0],
      [2, 3],
      [0, 4],
    ])
    assert.deepEqual(heights, [
      [1, 0],
      [3, 3],
      [3, 7],
    ])
  })
})

describe('whether codes arrive', () => {
  const sms = { channel: 'sms', country: 'FR' }
  const messages = [
    series({ ...sms, outcome: 'sent', provider: 'twilio' }, 5, 1),
    series({ ...sms, outcome: 'sent', provider: 'vonage' }, 2, 0),
    series({ ...sms, outcome: 'failed' }, 1, 0),
    series({ channel: 'email', outcome: 'sent', provider: 'smtp', template: 'otp' }, 9, 0),
    series({ channel: 'email', outcome: 'sent', provider: 'smtp', template: 'mine' }, 0, 1),
  ]

  test('what was sent stands beside what was entered, by channel and country', () => {
    const codes = [series({ ...sms, outcome: 'entered' }, 4, 0), series({ ...sms, outcome: 'wrong' }, 7, 0)]
    assert.deepEqual(byRoute(messages, codes), [
      { channel: 'email', country: '', sent: 10, failed: 0, withheld: 0, entered: 0 },
      { channel: 'sms', country: 'FR', sent: 8, failed: 1, withheld: 0, entered: 4 },
    ])
  })

  test('what each provider took is summed up', () => {
    assert.deepEqual(byProvider(messages), [
      { channel: 'email', provider: 'smtp', sent: 10 },
      { channel: 'sms', provider: 'twilio', sent: 6 },
      { channel: 'sms', provider: 'vonage', sent: 2 },
    ])
  })
})
