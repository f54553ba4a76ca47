// Okta: `@okta/okta-auth-js` 7 or later. Mode `jwt`, custom: the ID token, or the access token of a custom authorization server.
import type { LegacySdk } from './exchange.ts'

interface OktaAuth {
  readonly token: { renewTokens(): Promise<{ idToken?: { idToken: string } }> }
  readonly tokenManager: { getTokensSync(): { idToken?: { idToken: string } }; clear(): void }
}

/** What ends a silent request, by OAuth 2.0 and OpenID Connect Core 1.0, §3.1.2.6. */
const OVER = ['invalid_grant', 'login_required', 'interaction_required', 'consent_required']

/** Set `tokenManager: { autoRemove: false }`, or what is held goes when it expires. */
export const okta = (auth: OktaAuth): LegacySdk => ({
  async freshLegacyToken() {
    // With nothing to renew, renewTokens fails as if something were wrong.
    if (Object.keys(auth.tokenManager.getTokensSync()).length === 0) return undefined
    const { idToken } = await auth.token.renewTokens()
    if (!idToken) throw new Error('Okta gave no ID token')
    return idToken.idToken
  },
  isOver: (error) => OVER.includes((error as { errorCode?: string }).errorCode ?? ''),
  heldLegacyToken: async () => auth.tokenManager.getTokensSync().idToken?.idToken,
  forgetLegacySession: async () => auth.tokenManager.clear(),
})
