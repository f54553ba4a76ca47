import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeVariables } from './variables.ts'

test('a variable with a slip of the pen is hinted at, a variable of others is not', () => {
  const findings = judgeVariables({
    ANTIPHON_DATABSE_URL: 'x',
    ANTIPHON_LISTEN: 'x',
    ANTIPHON_MASTER_KEY_FILE: 'x',
    ANTIPHON_LISTEN_FILE: 'x',
    ANTIPHON_TLS_KEY_FILE: 'x',
    DATABASE_URL: 'x',
  })
  assert.deepEqual(
    findings.map(({ what }) => what.split(' ')[0]),
    ['ANTIPHON_DATABSE_URL', 'ANTIPHON_TLS_KEY_FILE'],
  )
})
