import { generateKeyPairSync } from 'node:crypto'
import { ProofPool } from './proofs.ts'

const OLDEST_MS = 150_000

export type FreshProofs = { prepare(count: number): void; take(): string; late(): number }

/** Proofs for one request line, each by a DPoP key of its own: a client makes one at every login. */
export function freshProofs(htm: string, htu: string): FreshProofs {
  let ready: { text: string; signedAt: number }[] = []
  let late = 0
  return {
    prepare(count) {
      late = 0
      const oldest = Date.now() - OLDEST_MS
      ready = ready.filter((proof) => proof.signedAt >= oldest)
      while (ready.length < count) ready.push({ text: proofOfNewKey(htm, htu), signedAt: Date.now() })
    },
    take() {
      const proof = ready.pop()
      if (!proof) late += 1
      return proof?.text ?? proofOfNewKey(htm, htu)
    },
    late: () => late,
  }
}

function proofOfNewKey(htm: string, htu: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return new ProofPool(privateKey.export({ format: 'jwk' }), htm, htu).take()
}
