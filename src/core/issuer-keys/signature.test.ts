import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type IssuerKey, issuerKey } from '../../../test/house/legacy.ts'
import { decodeJwt } from '../../crypto/jwt.ts'
import { judgeSignature, NO_KEYS, readHint, readPublishedKeys } from './signature.ts'

const ALGORITHMS = ['ES256', 'ES384', 'EdDSA']
const keys = await Promise.all(Array.from({ length: 18 }, (_, i) => issuerKey('ES256', `k${i}`)))
const at = (index: number) => keys[index] as IssuerKey
const published = readPublishedKeys(
  keys.map(({ jwk }) => jwk),
  100,
)

async function judge(key: IssuerKey, header: object, among = published) {
  const jwt = decodeJwt(await key.sign({ sub: 'ada' }, header))
  const hint = jwt && readHint(jwt, ALGORITHMS)
  return hint ? judgeSignature(among, jwt, hint) : 'unreadable'
}

test('a token that names no key is tried by sixteen keys and no more; one that names its key finds it among any number', async () => {
  assert.equal(await judge(at(15), { kid: undefined }), 'verified')
  assert.equal(await judge(at(16), { kid: undefined }), 'missing')
  assert.equal(await judge(at(17), {}), 'verified')
})

test('a key that is named and did not sign is a forgery, also when it is for something else; a name that nobody publishes is missing', async () => {
  assert.equal(await judge(at(0), { kid: 'k1' }), 'forged')
  assert.equal(await judge(at(0), { kid: 'k99' }), 'missing')
  assert.equal(await judge(at(0), {}, NO_KEYS), 'missing')
  const encrypting = readPublishedKeys(
    [
      { ...at(0).jwk, use: 'enc' },
      { kty: 'oct', kid: 'secret', k: 'AA' },
    ],
    100,
  )
  assert.equal(await judge(at(0), {}, encrypting), 'forged')
  assert.equal(await judge(at(0), { kid: 'secret' }, encrypting), 'forged')
  assert.equal(await judge(at(0), { kid: undefined }, encrypting), 'missing')
})

test('a header is a hint when its algorithm is wanted and its key, if named, is named by text', async () => {
  assert.equal(await judge(await issuerKey('RS256'), {}), 'unreadable')
  const hintOf = (header: object) => readHint({ header: { alg: 'ES256', ...header } }, ALGORITHMS)
  for (const kid of [undefined, null, '']) assert.deepEqual(hintOf({ kid }), { alg: 'ES256', kid: undefined })
  assert.deepEqual(hintOf({ kid: 'undefined' }), { alg: 'ES256', kid: 'undefined' })
  for (const header of [{ kid: 7 }, { kid: ['k1'] }, { kid: {} }, { alg: 'none' }, { alg: 256 }, { alg: undefined }])
    assert.equal(hintOf(header), undefined)
})

test('of a set as many keys are read as were asked for, whatever stands between them', () => {
  const read = readPublishedKeys([null, at(0).jwk, 'key', at(1).jwk, at(2).jwk], 4)
  assert.deepEqual(
    read.keys.map(({ kid }) => kid),
    ['k0', 'k1'],
  )
  assert.deepEqual([...read.names], ['k0', 'k1'])
})
