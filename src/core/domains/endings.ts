import type { Deps } from '../../platform/deps.ts'
import { findFirstCertificateEnd } from './store.ts'

/** Tell by a metric when the first certificate of a custom domain ends, as it was seen by the last look at it. */
export async function lookAtCertificates({ db, metrics: { firstCertificateEnd } }: Deps): Promise<void> {
  const first = await findFirstCertificateEnd(db)
  if (first === undefined) firstCertificateEnd.remove({ kind: 'domain' })
  else firstCertificateEnd.set({ kind: 'domain' }, first / 1000)
}
