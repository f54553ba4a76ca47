import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FaultKind, isBusy, isTrouble, judgeFault, Unavailable, within } from './db-fault.ts'

const withCode = (code: string, message = 'no') => Object.assign(new Error(message), { code })
const sqlite = (errcode: number) => Object.assign(withCode('ERR_SQLITE_ERROR'), { errcode })

const table: Readonly<Record<FaultKind, readonly unknown[]>> = {
  connection: [
    ...['08000', '08003', '08006', '08P01', '25006', '25P03', '25P04', '26000', '28000', '28P01', '3D000'].map((code) =>
      withCode(code),
    ),
    ...['42P05', '53300', '57P01', '57P02', '57P03', '57P04', '57P05'].map((code) => withCode(code)),
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'].map((code) =>
      withCode(code),
    ),
    ...[
      'Connection terminated',
      'Connection terminated unexpectedly',
      'Connection terminated due to connection timeout',
    ].map((text) => new Error(text)),
    ...[
      'timeout exceeded when trying to connect',
      'Client has encountered a connection error and is not queryable',
    ].map((text) => new Error(text)),
    new Unavailable('connection', 'silent'),
  ],
  unavailable: [
    ...['53000', '53100', '53200', '53400', '57014', '58000', '58030', 'XX001', 'XX002'].map((code) => withCode(code)),
    // Busy, of a snapshot, locked, read-only, moved, I/O of a read and of a shared memory, corrupt, full, cannot be opened, no database.
    ...[5, 517, 6, 8, 1032, 10, 266, 4618, 11, 13, 14, 26].map(sqlite),
    new Unavailable('unavailable', 'too many'),
  ],
  contention: [withCode('40001'), withCode('40P01'), withCode('55P03')],
  bug: [
    ...['23505', '23503', '23514', '42601', '42P01', '22P02', '25P02', '0A000', '42501'].map((code) => withCode(code)),
    // An error in the text, a constraint and one of its kinds, misuse.
    ...[1, 19, 2067, 21].map(sqlite),
    withCode('ERR_INVALID_STATE'),
    withCode('ENOENT'),
    withCode('EPROTO'),
    new Error('bad row'),
    new TypeError('x is not a function'),
    undefined,
    'Connection terminated',
    { code: '57P01' },
  ],
}

for (const [kind, faults] of Object.entries(table)) {
  test(`${faults.length} faults speak of: ${kind}`, () => {
    for (const fault of faults) {
      assert.equal(judgeFault(fault), kind, JSON.stringify(fault) ?? 'undefined')
      assert.equal(isTrouble(fault), kind !== 'bug')
    }
  })
}

test('a SQLite file is busy when somebody else has its lock, whatever the extended code', () => {
  assert.deepEqual(
    [5, 261, 517, 6, 262, 13, 19].map((code) => isBusy(sqlite(code))),
    [true, true, true, true, true, false, false],
  )
  assert.equal(isBusy(withCode('55P03')), false)
})

test('what does not come within its time is late, and what comes is answered', async () => {
  const late = () => new Error('late')
  await assert.rejects(within(5, new Promise(() => {}), late), /late/)
  await assert.rejects(within(1_000, Promise.reject(new Error('no')), late), /no/)
  assert.equal(await within(1_000, Promise.resolve('yes'), late), 'yes')
})
