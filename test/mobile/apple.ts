import type { Platform } from './platform.ts'

/** The Apple SDK, 0.7.0. */
export const apple: Platform = {
  name: 'Apple',
  userAgent: 'Prelude/0.7.0 (Apple; iOS 17.5.1)',
  emptyBody: '',
  write: (value) => JSON.stringify(sorted(value)),
  newJti: () => crypto.randomUUID().toUpperCase(),
  htu: (url, hostOverride) => `${url.protocol}//${(hostOverride ?? url.host).toLowerCase()}${url.pathname}`,
  provesSessionCalls: false,
  continuesWithBearer: true,
  keepsCookies: true,
  noticesNewToken: false,
  refreshesWithoutToken: false,
  expiredChallengeCase: 'ExpiredChallengeToken',
  unknownReturnCase: 'Generic',
  passkeyOrigin: (rpId) => `https://${rpId}`,
  clientData: {},
  // Apple's framework knows no JSON: the SDK writes what it needs.
  writeAttestation: ({ id, rawId, type, response: { clientDataJSON, attestationObject } }) => ({
    id,
    rawId,
    type,
    response: { clientDataJSON, attestationObject },
  }),
  writeAssertion: ({ id, rawId, type, response }) => ({ id, rawId, type, response }),
}

/** The same with the members of every object in alphabetical order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]))
}
