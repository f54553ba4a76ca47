import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyProof } from '../../src/crypto/dpop.ts'
import { generateKeyPair } from '../../src/crypto/jwk.ts'
import { ProofPool } from './proofs.ts'

const HTU = 'http://demo.session.localhost:1234/v1/session/refresh'

test('every proof of a pool is valid and has a jti of its own, prepared or not', async () => {
  const pool = new ProofPool((await generateKeyPair('ES256')).privateJwk, 'POST', HTU)
  pool.prepare(3)
  const proofs = [1, 2, 3, 4, 5].map(() => pool.take())
  assert.equal(pool.signedLate, 2)
  const verdicts = proofs.map((proof) =>
    verifyProof({
      proof,
      method: 'POST',
      urls: [HTU],
      now: Date.now(),
      nonceKeys: [{ key: new Uint8Array(32) }],
      freshness: 'required',
    }),
  )
  const ids = verdicts.map((verdict) => (verdict.kind === 'valid' ? verdict.jti : verdict.kind))
  assert.equal(new Set(ids).size, 5)
  assert.ok(verdicts.every((verdict) => verdict.kind === 'valid'))
})
