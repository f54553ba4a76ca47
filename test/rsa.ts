import { generateKeyPair } from '../src/crypto/jwk.ts'

/** Enough that those of one test differ. */
const COUNT = 4
const found: ReturnType<typeof generateKeyPair>[] = []
let asked = 0

/** An RSA key. One takes a tenth of a second to find, so a process finds a few and hands them out in turn. */
export function rsaKeyPair(): ReturnType<typeof generateKeyPair> {
  const turn = asked++ % COUNT
  found[turn] ??= generateKeyPair('PS256')
  return found[turn]
}
