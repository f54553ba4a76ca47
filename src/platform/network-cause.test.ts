import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoAddress, networkCauseOf } from './network-cause.ts'

const CODES: readonly [code: string | undefined, cause: string | undefined][] = [
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['EPROTO', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['INVALID_CA', 'tls'],
  ['HPE_INVALID_CONSTANT', undefined],
  ['EHOSTUNREACH', undefined],
  ['ERR_INVALID_ARG_VALUE', undefined],
  [undefined, undefined],
]

test('an error is one of few causes, by its code, or none', () => {
  for (const [code, cause] of CODES)
    assert.equal(networkCauseOf(Object.assign(new Error('it'), { code })), cause, String(code))
  assert.equal(networkCauseOf(new NoAddress()), 'dns')
})
