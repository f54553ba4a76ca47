import { placeOfPassword } from '../../core/passwords/credential.ts'
import { swapHash } from '../../core/passwords/store.ts'
import { putKnownPlace } from '../../core/places/store.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Admission, forgive } from './limits.ts'

/** A password that was right: whose, where, and for what it was compared with a better hash of it. */
interface Right {
  readonly admission: Extract<Admission, { kind: 'admitted' }>
  readonly ip: string
  readonly userId: string
  readonly passwordId: string
  readonly hash?: string
  readonly renewed?: string | undefined
}

/** What was counted was no failure; the place is known from now on, and a hash that is not ours has done its work. */
export async function noteRight(
  deps: Deps,
  appId: string,
  { admission, ip, userId, passwordId, hash, renewed }: Right,
): Promise<void> {
  const place = placeOfPassword(deps, appId, passwordId, ip)
  await deps.transact(async (tx) => {
    await forgive(tx, appId, admission.counts)
    await putKnownPlace(tx, appId, place, deps.now())
    if (renewed && hash) await swapHash(tx, appId, userId, hash, renewed)
  })
}
