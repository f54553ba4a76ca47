import type { RefreshProblem, SamlCertificate, SamlIdp } from '../../core/saml-connections/connection.ts'
import { type FetchedIdp, storedIdp } from './idp-source.ts'

/** What is known of an identity provider whose metadata is read anew. */
export interface Known {
  readonly idp: SamlIdp
  /** What was wrong the last time; empty when nothing was. */
  readonly problem: RefreshProblem | ''
}

export interface Refreshed extends Known {
  /** What is to be announced: a problem that was not there before, or its end. */
  readonly news: RefreshProblem | 'recovered' | undefined
}

/** How long a certificate is still taken that metadata names no more: a rollover may be taken back, and what it signed is on its way. */
const GONE_MS = 24 * 3_600_000
/** Certificates that metadata names no more leave early where there would be more than this. */
const MOST_KEPT = 10

/** What comes of metadata that was read. Certificates are added; none leaves at once, and those of an operator never do. */
export function decideRefresh({ idp, problem: before }: Known, found: FetchedIdp, now: number): Refreshed {
  const problem = problemOf(idp, found)
  if (found.kind === 'problem' || problem !== '') {
    return { idp, problem, news: problem === '' || problem === before ? undefined : problem }
  }
  const named = storedIdp(found.idp, 'metadata')
  const certificates = mergeCertificates(idp.certificates, named.certificates, now)
  return { idp: { ...named, certificates }, problem: '', news: before === '' ? undefined : 'recovered' }
}

function problemOf(idp: SamlIdp, found: FetchedIdp): Known['problem'] {
  if (found.kind === 'problem') return found.problem
  return found.idp.entityId === idp.entity_id ? '' : 'entity_id_changed'
}

function mergeCertificates(
  known: readonly SamlCertificate[],
  named: readonly SamlCertificate[],
  now: number,
): SamlCertificate[] {
  const names = ({ fingerprint }: SamlCertificate) => named.some((one) => one.fingerprint === fingerprint)
  const present = known
    .filter((one) => one.source === 'operator' || names(one))
    .map(({ gone_since: _, ...certificate }) => certificate)
  const isKnown = ({ fingerprint }: SamlCertificate) => present.some((one) => one.fingerprint === fingerprint)
  const current = [...present, ...named.filter((one) => !isKnown(one))]
  const gone = known
    .filter((one) => one.source === 'metadata' && !names(one))
    .map((one) => ({ ...one, gone_since: one.gone_since ?? now }))
    .filter(({ gone_since }) => now - gone_since < GONE_MS)
    .toSorted((a, b) => b.gone_since - a.gone_since)
  return [...current, ...gone.slice(0, Math.max(0, MOST_KEPT - current.length))]
}
