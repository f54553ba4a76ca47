import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hmacSha256 } from './hash.ts'
import { issueRefreshToken, verifyRefreshToken } from './refresh-token.ts'

const ROOT_KEY = Buffer.alloc(32, 1)
const SESSION_ID = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const MAX_COUNTER = 2 ** 48 - 1

const rootKeys = fc.uint8Array({ minLength: 32, maxLength: 32 })
const sessionIds = fc.uint8Array({ minLength: 16, maxLength: 16 })
const counters = fc.integer({ min: 0, max: MAX_COUNTER })

test('a token gives back the session and the counter it was issued for', () => {
  fc.assert(
    fc.property(rootKeys, fc.string(), sessionIds, counters, (rootKey, appId, sessionId, counter) => {
      const token = issueRefreshToken(rootKey, appId, sessionId, counter)
      assert.deepEqual(verifyRefreshToken(rootKey, appId, token), { sessionId: Buffer.from(sessionId), counter })
    }),
  )
})

test('any flipped bit is refused', () => {
  const token = issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID, 7)
  const bytes = Buffer.from(token.slice(3), 'base64url')
  for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    assert.equal(verifyRefreshToken(ROOT_KEY, 'demo', `rt_${flipped.toString('base64url')}`), undefined, `bit ${bit}`)
  }
})

test('any other character anywhere is refused', () => {
  const token = issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID, 7)
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
      fc.pre(token[at] !== character)
      const altered = token.slice(0, at) + character + token.slice(at + 1)
      assert.equal(verifyRefreshToken(ROOT_KEY, 'demo', altered), undefined)
    }),
  )
})

test('another application id is refused', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), sessionIds, counters, (appId, other, sessionId, counter) => {
      fc.pre(appId !== other)
      assert.equal(
        verifyRefreshToken(ROOT_KEY, other, issueRefreshToken(ROOT_KEY, appId, sessionId, counter)),
        undefined,
      )
    }),
  )
})

test('another root key is refused', () => {
  const token = issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID, 7)
  assert.equal(verifyRefreshToken(Buffer.alloc(32, 2), 'demo', token), undefined)
})

test('the MAC of one session does not vouch for another', () => {
  const ours = Buffer.from(issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID, 7).slice(3), 'base64url')
  const theirs = Buffer.from(issueRefreshToken(ROOT_KEY, 'demo', Buffer.alloc(16, 9), 7).slice(3), 'base64url')
  const spliced = Buffer.concat([theirs.subarray(0, 23), ours.subarray(23)])
  assert.equal(verifyRefreshToken(ROOT_KEY, 'demo', `rt_${spliced.toString('base64url')}`), undefined)
})

test('another version is refused, though its MAC is right', () => {
  const body = Buffer.from(issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID, 7).slice(3), 'base64url').subarray(0, 23)
  const sessionKey = hmacSha256(ROOT_KEY, Buffer.concat([Buffer.from('demo\0'), SESSION_ID]))
  const tokenOf = (version: number) => {
    body.writeUInt8(version)
    return `rt_${Buffer.concat([body, hmacSha256(sessionKey, body)]).toString('base64url')}`
  }
  assert.ok(verifyRefreshToken(ROOT_KEY, 'demo', tokenOf(1)))
  assert.equal(verifyRefreshToken(ROOT_KEY, 'demo', tokenOf(2)), undefined)
})

test('the form on the wire stays as it is: sessions outlive releases', () => {
  assert.equal(
    issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID, 7),
    'rt_AQABAgMEBQYHCAkKCwwNDg8AAAAAAAcD-OsGYBv6NN-HrsBoTZp6U-2Lfg5YwtaAOthcjCDKyA',
  )
})

test('the same rotation always gives the same token, the next one another', () => {
  const token = issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID, 7)
  assert.equal(issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID, 7), token)
  assert.notEqual(issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID, 8), token)
})

test('anything malformed is refused', () => {
  const token = issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID, 7)
  const malformed = ['', 'rt_', token.slice(3), `xx_${token.slice(3)}`, token.slice(0, -1), `${token}A`, `${token}=`]
  for (const text of [...malformed, 'rt_'.repeat(100_000)]) {
    assert.equal(verifyRefreshToken(ROOT_KEY, 'demo', text), undefined, text.slice(0, 100))
  }
})

test('a session id of another length or a counter out of range is a bug', () => {
  assert.throws(() => issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID.subarray(1), 0), RangeError)
  for (const counter of [-1, MAX_COUNTER + 1]) {
    assert.throws(() => issueRefreshToken(ROOT_KEY, 'demo', SESSION_ID, counter), RangeError)
  }
})
