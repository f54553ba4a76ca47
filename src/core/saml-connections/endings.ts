import { inBatches } from '../../platform/batches.ts'
import type { Deps } from '../../platform/deps.ts'
import { samlIdpShape } from './connection.ts'
import { type IdpRow, type KeyEnd, listIdps, listKeyEnds } from './store.ts'

const BATCH = 500

/** Tell by metrics when the first connection is left without a certificate, and when the first of our own ends, of all applications. */
export async function lookAtCertificates(deps: Deps): Promise<void> {
  const providers: number[] = []
  for await (const { idp } of inBatches<IdpRow>(BATCH, (after, limit) => listIdps(deps.db, after, limit)))
    providers.push(...lastEnd(idp))
  // The one that signs is the last that does, so it wins over those before it.
  const own = new Map<string, number>()
  for await (const key of inBatches<KeyEnd>(BATCH, (after, limit) => listKeyEnds(deps.db, after, limit)))
    if (key.signs_since !== null) own.set(key.app_id, key.expires_at)
  tell(deps, 'saml_provider', providers)
  tell(deps, 'saml_own', [...own.values()])
}

/** Until when what an identity provider signs can be verified, as far as it is known; Unix ms. Empty when it has no certificate. */
function lastEnd(idp: string): number[] {
  const { certificates } = samlIdpShape.parse(JSON.parse(idp))
  const live = certificates.filter(({ gone_since }) => gone_since === undefined)
  return live.length === 0 ? [] : [Math.max(...live.map(({ expires_at }) => expires_at))]
}

function tell({ metrics: { firstCertificateEnd } }: Deps, kind: string, ends: readonly number[]): void {
  const first = ends.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)
  if (Number.isFinite(first)) firstCertificateEnd.set({ kind }, first / 1000)
  else firstCertificateEnd.remove({ kind })
}
