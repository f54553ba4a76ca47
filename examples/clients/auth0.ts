// Auth0: `@auth0/auth0-spa-js` 2, and what wraps it for React, Vue and Angular. Preset `auth0`, which reads the ID token.
import type { LegacySdk } from './exchange.ts'

interface Auth0Client {
  getTokenSilently(options: { cacheMode: 'off'; detailedResponse: true }): Promise<{ id_token: string } | undefined>
  getIdTokenClaims(): Promise<{ __raw: string } | undefined>
  logout(options: { openUrl: false }): Promise<void>
}

const OVER = [
  'login_required',
  'invalid_grant',
  'missing_refresh_token',
  'consent_required',
  'interaction_required',
  'mfa_required',
  'unauthorized',
]

/**
 * Move over before `checkSession`, which throws away what is held where Auth0 wants a login or has blocked the user. `createAuth0Client` and
 * what wraps the SDK check at start: move over before them, with a `new Auth0Client` of the same options.
 */
export const auth0 = (client: Auth0Client): LegacySdk => ({
  freshLegacyToken: async () => (await client.getTokenSilently({ cacheMode: 'off', detailedResponse: true }))?.id_token,
  isOver: (error) => OVER.includes((error as { error?: string }).error ?? ''),
  heldLegacyToken: async () => (await client.getIdTokenClaims())?.__raw,
  // `openUrl: false`: no way over Auth0's logout page, which would end the session of other apps.
  forgetLegacySession: () => client.logout({ openUrl: false }),
})
