import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CountedUser, countUser, emptyCensus, IDLE_MS } from './census.ts'

const IMPORTED = Date.UTC(2026, 0, 2)
const NOW = IMPORTED + 29 * 86_400_000
const imports = new Map([['imp_1', IMPORTED]])
const nobody: CountedUser = {
  id: 'usr_1',
  externalId: null,
  isBlocked: false,
  createdAt: 1,
  migratedAt: null,
  firstLoginAt: null,
  firstLoginWay: null,
  importId: null,
  legacySeenAt: null,
  isSeenLately: false,
  hasWayIn: true,
}
const imported = { externalId: 'a', importId: 'imp_1' }

/** Of each user, which counters they add to. */
const ROWS: readonly [string, Partial<CountedUser>, readonly string[]][] = [
  ['signed up here', { firstLoginAt: 1, firstLoginWay: 'code', isSeenLately: true }, ['native']],
  ['imported, not here', imported, ['legacy', 'notYetHere', 'activityUnknown']],
  ['active at the import', { ...imported, legacySeenAt: IMPORTED - IDLE_MS }, ['legacy', 'notYetHere', 'leftBehind']],
  ['not active then', { ...imported, legacySeenAt: IMPORTED - IDLE_MS - 1 }, ['legacy', 'notYetHere']],
  ['active, and blocked', { ...imported, legacySeenAt: IMPORTED, isBlocked: true }, ['legacy', 'blocked']],
  ['made by the API', { externalId: 'a' }, ['legacy', 'notYetHere', 'activityUnknown']],
  ['came over', { ...imported, migratedAt: 1, isSeenLately: true }, ['legacy', 'here']],
  ['came over, and is idle', { ...imported, migratedAt: 1 }, ['legacy', 'here', 'idle']],
  ['came, and is blocked since', { ...imported, migratedAt: 1, isBlocked: true }, ['legacy', 'here', 'idle']],
  ['came in no file', { externalId: 'a', migratedAt: 1, isSeenLately: true }, ['legacy', 'here', 'unknownHere']],
  [
    'active at the import, with no way in here',
    { ...imported, legacySeenAt: IMPORTED, hasWayIn: false },
    ['legacy', 'notYetHere', 'leftBehind', 'lockedOut'],
  ],
  ['not active then, and so', { ...imported, legacySeenAt: 0, hasWayIn: false }, ['legacy', 'notYetHere']],
  [
    'of unknown activity, and so',
    { ...imported, hasWayIn: false },
    ['legacy', 'notYetHere', 'activityUnknown', 'maybeLockedOut'],
  ],
  [
    'made by the API long ago, and so',
    { externalId: 'a', hasWayIn: false, createdAt: NOW - IDLE_MS },
    ['legacy', 'notYetHere', 'activityUnknown'],
  ],
  [
    'made by the API lately, and so',
    { externalId: 'a', hasWayIn: false, createdAt: NOW - IDLE_MS + 1 },
    ['legacy', 'notYetHere', 'activityUnknown', 'maybeLockedOut'],
  ],
  [
    'came over, and has no other way in',
    { ...imported, migratedAt: 1, isSeenLately: true, hasWayIn: false },
    ['legacy', 'here', 'lockedOut'],
  ],
  ['came over, is idle, and so', { ...imported, migratedAt: 1, hasWayIn: false }, ['legacy', 'here', 'idle']],
  [
    'came over, is blocked, and so',
    { ...imported, migratedAt: 1, isSeenLately: true, isBlocked: true, hasWayIn: false },
    ['legacy', 'here'],
  ],
  ['signed up here, and so', { firstLoginWay: 'x', isSeenLately: true, hasWayIn: false }, ['native']],
  ['came by a code', { ...imported, firstLoginWay: 'code', firstLoginAt: 1, isSeenLately: true }, ['legacy', 'here']],
]

for (const [name, change, counters] of ROWS) {
  test(`who is counted as what: ${name}`, () => {
    const census = emptyCensus()
    countUser(census, { ...nobody, ...change }, imports, NOW)
    const { byWay, byDay, ...numbers } = census
    const added = Object.entries(numbers).flatMap(([counter, n]) => (n === 0 ? [] : [counter]))
    assert.deepEqual(added.sort(), [...counters].sort())
    const way = change.firstLoginWay ?? 'legacy'
    const arrived = counters.includes('here')
    assert.deepEqual(byWay, arrived ? { [way]: 1 } : {})
    assert.deepEqual([...byDay], arrived ? [[0, { [way]: 1 }]] : [])
  })
}
