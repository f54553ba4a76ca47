import { encode } from '../../src/crypto/base64url.ts'
import { signInput } from '../../src/crypto/jws.ts'
import { type CertificateTerms, type Issued, issue } from './certificates.ts'

const DAY_MS = 86_400_000
const BEGAN = Date.UTC(2026, 0, 1)
const times = { from: BEGAN - DAY_MS, until: BEGAN + 400 * DAY_MS }

export const authority = issue({ name: 'Root', unit: 'Authority', isAuthority: true, ...times })
export const between = issue({ name: 'Between', unit: 'Authority', isAuthority: true, ...times }, authority)
const SIGNER = { name: 'Signer', unit: 'Metadata', host: 'mds.fidoalliance.org', ...times, from: BEGAN }

export const signerOf = (change: Partial<CertificateTerms> = {}, by: Issued = between) =>
  issue({ ...SIGNER, ...change }, by)
const signer = signerOf()

export const base64 = ({ raw }: Issued) => raw.toString('base64')

/** An entry of the file: a model and the certificates of its maker. */
export const entry = (aaguid: string | undefined, roots: readonly string[], ...statuses: readonly string[]) => ({
  ...(aaguid && { aaguid }),
  metadataStatement: { attestationRootCertificates: roots },
  statusReports: ['FIDO_CERTIFIED_L1', ...statuses].map((status) => ({ status })),
})

/** A file as the FIDO Alliance publishes it, but for what is changed. */
export function metadataFile(
  entries: unknown,
  {
    by = signer,
    chain = [by, between],
    header = {},
    payload = {},
  }: { by?: Issued; chain?: readonly Issued[]; header?: object; payload?: object } = {},
): string {
  const parts = [
    { alg: 'ES256', typ: 'JWT', x5c: chain.map(base64), ...header },
    { no: 1, nextUpdate: '2026-02-01', entries, ...payload },
  ]
  const input = parts.map((part) => encode(JSON.stringify(part))).join('.')
  return `${input}.${encode(signInput('ES256', by.privateKey, input))}`
}
