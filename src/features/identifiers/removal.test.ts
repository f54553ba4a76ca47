import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideRemoval } from './removal.ts'

const email = { type: 'email_address' as const, value: 'a@example.com' }
const proven = { ...email, verified_at: 1 }
const claimed = { ...email, verified_at: null }
const otherProven = { type: 'phone_number' as const, value: '+306912345678', verified_at: 1 }
const otherClaimed = { ...otherProven, verified_at: null }

test('the last proven identifier stays, and the last of all', () => {
  const cases = [
    [[proven, otherProven], 'remove'],
    [[proven, otherClaimed], 'last'],
    [[proven], 'last'],
    [[claimed, otherProven], 'remove'],
    [[claimed, otherClaimed], 'remove'],
    [[claimed], 'last'],
    [[], 'unknown'],
    [[otherProven], 'unknown'],
    [
      [
        { ...otherProven, value: email.value },
        { ...proven, value: 'b@example.com' },
      ],
      'unknown',
    ],
  ] as const
  for (const [held, decided] of cases) assert.equal(decideRemoval(held, email), decided, JSON.stringify(held))
})
