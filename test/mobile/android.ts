import type { Platform } from './platform.ts'

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
}
