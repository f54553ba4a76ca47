import { X509Certificate } from 'node:crypto'
import { leadsTo, readChain } from './attestation.ts'
import { verifyInput } from './jws.ts'
import { decodeJwt } from './jwt.ts'

/** What the FIDO Alliance says of authenticators, as far as it counts here. */
export interface FidoMetadata {
  /** The certificates of makers, PEM, that a model's statements may lead to; by the model, a UUID in lower case. */
  readonly roots: ReadonlyMap<string, readonly string[]>
  /** When a newer file should be there, Unix ms. */
  readonly nextUpdate: number
}

export type MetadataOutcome = { kind: 'metadata'; metadata: FidoMetadata } | { kind: 'fault'; reason: string }

const SIGNER = 'mds.fidoalliance.org'

const pemOf = (base64: string) => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----`

/** GlobalSign Root CA - R3, until March 2029, and GlobalSign Root R46. FIDO Metadata Service 3.1 §3.2. */
const ROOT_R3 =
  'MIIDXzCCAkegAwIBAgILBAAAAAABIVhTCKIwDQYJKoZIhvcNAQELBQAwTDEgMB4GA1UECxMXR2xvYmFsU2lnbiBSb290IENBIC0gUjMxEzARBgNVBAoTCkdsb2JhbFNpZ24xEzARBgNV' +
  'BAMTCkdsb2JhbFNpZ24wHhcNMDkwMzE4MTAwMDAwWhcNMjkwMzE4MTAwMDAwWjBMMSAwHgYDVQQLExdHbG9iYWxTaWduIFJvb3QgQ0EgLSBSMzETMBEGA1UEChMKR2xvYmFsU2lnbjET' +
  'MBEGA1UEAxMKR2xvYmFsU2lnbjCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAMwldpB5BngiFvXAg7aEyiie/QV2EcWtiHL8RgJDx7KKnQRfJMsuS+FggkbhUqsMgUdwbN1k' +
  '0ev1LKMPgj0MK66X17YUhhB5uzsTgHeMCOFJ0mpiLx9e+pZo34knlTifBtc+ycsmWQ1z3rDI6SYOgxXG71uL0gRgykmmKPZpO/bLyCiR5Z2KYVc3rHQU3HTgOu5yLy6c+9C7v/U9AOEG' +
  'M+iCK65TpjoWc4zdQQ4gOsC0p6Hpsk+QLjJg6VfLuQSSaGjlOCZgdbKfd/+RFO+uIEn8rUAVSNECMWEZXriX7613t2Saer9fwRPvm2L7DWzgVGkWqQPabumDk3F2xmmFghcCAwEAAaNC' +
  'MEAwDgYDVR0PAQH/BAQDAgEGMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFI/wS3+oLkUkrk1Q+mOai97i3Ru8MA0GCSqGSIb3DQEBCwUAA4IBAQBLQNvAUKr+yAzv95ZURUm7lgAJ' +
  'QayzE4aGKAczymvmdLm6AC2upArT9fHxD4q/c2dKg8dEe3jgr25sbwMpjjM5RcOO5LlXbKr8EpbsU8Yt5CRsuZRj+9xTaGdWPoO4zzUhw8lo/s7awlOqzJCK6fBdRoyV3XpYKBovHd7N' +
  'ADdBj+1EbddTKJd+82cEHhXXipa0095MJ6RMG3NzdvQXmcIfeg7jLQitChws/zyrVQ4PkX4268NXSb7hLi18YIvDQVETI53O9zJrlAGomecsMx86OyXShkDOOyyGeMlhLxS67ttVb9+E' +
  '7gUJTb0o2HLO02JQZR7rkpeDMdmztcpHWD9f'
const ROOT_R46 =
  'MIIFWjCCA0KgAwIBAgISEdK7udcjGJ5AXwqdLdDfJWfRMA0GCSqGSIb3DQEBDAUAMEYxCzAJBgNVBAYTAkJFMRkwFwYDVQQKExBHbG9iYWxTaWduIG52LXNhMRwwGgYDVQQDExNHbG9i' +
  'YWxTaWduIFJvb3QgUjQ2MB4XDTE5MDMyMDAwMDAwMFoXDTQ2MDMyMDAwMDAwMFowRjELMAkGA1UEBhMCQkUxGTAXBgNVBAoTEEdsb2JhbFNpZ24gbnYtc2ExHDAaBgNVBAMTE0dsb2Jh' +
  'bFNpZ24gUm9vdCBSNDYwggIiMA0GCSqGSIb3DQEBAQUAA4ICDwAwggIKAoICAQCsrHQy6LNl5brtQyYdpokNRbopiLKkHWPd08EsCVeJOaFV6Wc0dwxu5FUdUiXSE2te4R2pt32JMl8N' +
  'np8semNgQB+msLZ4j5lUlghYruQGvGIFAha/r6gjA7aUD7xubMLL1aa7DOn2wQL7Id5m3RerdELv8HQvJfTqa1VbkNud316HCkD7rRlr+/fKYIje2sGP1q7Vf9Q8g+7XFkyDRTNrJ9CG' +
  '0Bwta/OrffGFqfUo0q3v84RLHIf8E6M6cqJaESvWJ3En7YEtbWaBkoe0G1h6zD8K+kZPTXhc+CtI4wSEy132tGqzZfxCnlEmIyDLPRT5ge1lFgBPGmSXZgjPjHvjK8Cd+RTyG/FWaha/' +
  'LIWFzXg4mutCagI0GIMXTpRW+LaCtfOW3T3zvn8gdz57GSNrLNRyc0NXfeD412lPFzYE+cCQYDdF3uYM2HSNrpyibXRdQr4G9dlkbgIQrImwTDsHTUB+JMWKmIJ5jqSngiCNI/onccnf' +
  'xkF0oE32kRbcRoxfKWMxWXEM2G/CtjJ9++ZdU6Z+Ffy7dXxd7Pj2Fxzsx2sZy/N78CsHpdlseVR2bJ0cpm4O6XkMqCNqo98bMDGfsVR7/mrLZqrcZdCinkqaByFrgY/bxFn63iLABJzj' +
  'qls2k+g9vXqhnQt2sQvHnf3PmKgGwvgqo6GDoLclcqUC4wIDAQABo0IwQDAOBgNVHQ8BAf8EBAMCAYYwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUA1yrc4GHqMywptWU4jaWSf8F' +
  'mSwwDQYJKoZIhvcNAQEMBQADggIBAHx47PYCLLtbfpIrXTncvtgdokIzTfnvpCo7RGkerNlFo048p9gkUbJUHJNOxO97k4VgJuoJSOD1u8fpaNK7ajFxzHmuEajwmf3lH7wvqMxX63bE' +
  'IaZHU1VNaL8FpO7XJqti2kM3S+LGteWygxk6x9PbTZ4IevPuzz5i+6zoYMzRx6Fcg0XERczzF2sUyQQCPtIkpnnpHs6i58FZFZ8d4kuaPp92CC1r2LpXFNqD6v6MVenQTqnMdzGxRBF6' +
  'XLE+0xRFFRhiJBPSy03OXIPBNvIQtQ6IbbjhVp+J3pZmOUdkLG5NrmJ7v2B0GbhWrJKsFjLtrWhV/pi60zTe9Mlhww6G9kuEYO4Ne7UyWHmRVSyBQ7N0H3qqJZ4d16GLuc1CLgSkZoNN' +
  'iTW2bKg2SnkheCLQQrzRQDGQob4Ez8pn7fXwgNNgyYMqIgXQBztSvwyeqiv5u+YfjyW6hY0XHgL+XVAEV8/+LbzvXMAaq7afJMbfc2hIkCwU9D9SGuTSyxTDYWnP4vkYxboznxSjBF25' +
  'cfe1lNj2M8FawTSLfJvdkzrnE6JwYZ+vj+vYxXX4M2bUdGc6N3ec592kD3ZDZopD8p/7DEJ4Y9HiD2971KE9dJeFt0g5QdYg/NA6s/rob8SKunE3vouXsXgxT7PntgMTzlSdriVZzH81' +
  'Xwj3QEUxeCp6'
export const FIDO_AUTHORITIES: readonly string[] = [ROOT_R3, ROOT_R46].map(pemOf)

/**
 * Read the file in which the FIDO Alliance lists authenticators: a JWT whose certificates must be its own, by one of `authorities`, PEM. They are judged as
 * of the day on which the signer's began, so a file stays good when it is old; whether it is, `nextUpdate` tells. Nothing is fetched.
 */
export function readFidoMetadata(text: string, authorities: readonly string[]): MetadataOutcome {
  const jwt = decodeJwt(text.trim(), Number.POSITIVE_INFINITY)
  if (!jwt) return { kind: 'fault', reason: 'is no JWT, as the FIDO Alliance publishes its metadata' }
  const { header, claims, signingInput, signature } = jwt
  const chain = readChain(ders(header.x5c))
  const signer = chain?.[0]
  if (!chain || !signer?.checkHost(SIGNER, { subject: 'never' }))
    return { kind: 'fault', reason: `is not signed by ${SIGNER}` }
  if (!leadsTo(chain, authorities, signer.validFromDate.getTime()))
    return { kind: 'fault', reason: 'is signed by a certificate that does not lead to a root of GlobalSign' }
  if (!verifyInput(String(header.alg), signer.publicKey, signingInput, signature))
    return { kind: 'fault', reason: 'is not as it was signed' }
  const nextUpdate = dayOf(claims.nextUpdate)
  if (nextUpdate === undefined || !Array.isArray(claims.entries))
    return { kind: 'fault', reason: 'lists no authenticators' }
  return { kind: 'metadata', metadata: { roots: new Map(claims.entries.flatMap(rootsOf)), nextUpdate } }
}

const ders = (x5c: unknown): Buffer[] => textsOf(x5c).map((base64) => Buffer.from(base64, 'base64'))

const textsOf = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : []

function dayOf(text: unknown): number | undefined {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(String(text)) ? Date.parse(String(text)) : Number.NaN
  return Number.isNaN(day) ? undefined : day
}

/** What an authenticator may have been reported for so that its statements prove nothing. FIDO Metadata Service 3.1 §3.1.4. */
const DISPROVEN = ['REVOKED', 'ATTESTATION_KEY_COMPROMISE']

/** A model of FIDO2 and what its statements may lead to; none where there is nothing, or it was reported. */
function rootsOf(entry: unknown): [aaguid: string, roots: readonly string[]][] {
  const { aaguid, metadataStatement, statusReports } = membersOf(entry)
  const reports = Array.isArray(statusReports) ? statusReports : []
  if (typeof aaguid !== 'string' || reports.some((report) => DISPROVEN.includes(String(membersOf(report).status))))
    return []
  const roots = textsOf(membersOf(metadataStatement).attestationRootCertificates)
  const pems = roots.map((base64) => pemOf(base64.replace(/\s/g, ''))).filter(isCertificate)
  return pems.length > 0 ? [[aaguid.toLowerCase(), pems]] : []
}

const membersOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) !== undefined
  } catch {
    return false
  }
}
