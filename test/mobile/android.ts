import { createHash } from 'node:crypto'
import type { Platform } from './platform.ts'

/** SHA-256 of the certificate that the app is signed with. */
const CERTIFICATE_HASH = createHash('sha256').update('the certificate of the shop’s app').digest('base64url')

/** The Android SDK, 0.7.0. */
export const android: Platform = {
  name: 'Android',
  userAgent: 'okhttp/4.12.0',
  emptyBody: '{}',
  write: (value) => JSON.stringify(value),
  newJti: () => crypto.randomUUID(),
  htu: (url, hostOverride) => `${url.protocol}//${hostOverride ?? url.host}${url.pathname}`,
  provesSessionCalls: true,
  continuesWithBearer: false,
  keepsCookies: false,
  noticesNewToken: true,
  refreshesWithoutToken: true,
  expiredChallengeCase: 'InvalidChallengeToken',
  unknownReturnCase: 'Unauthorized',
  passkeyOrigin: () => `android:apk-key-hash:${CERTIFICATE_HASH}`,
  clientData: { androidPackageName: 'com.example.shop' },
  // As Credential Manager writes it: the members of WebAuthn Level 3, `publicKey` and the like among them.
  writeAttestation: (answer) => ({
    ...answer,
    clientExtensionResults: { credProps: { rk: true } },
    response: { ...answer.response, publicKeyAlgorithm: -7, publicKey: 'AAAA', authenticatorData: 'AAAA' },
  }),
  writeAssertion: (answer) => answer,
}
