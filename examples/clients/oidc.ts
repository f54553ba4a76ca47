// Any OpenID provider by `oidc-client-ts` 2 or later. Mode `jwt`, custom: the ID token.
import type { LegacySdk } from './exchange.ts'

interface User {
  readonly id_token?: string | undefined
}

interface UserManager {
  getUser(): Promise<User | null>
  signinSilent(): Promise<User | null>
  removeUser(): Promise<void>
}

/** What ends a silent request, by OAuth 2.0 and OpenID Connect Core 1.0, §3.1.2.6. */
const OVER = [
  'invalid_grant',
  'login_required',
  'interaction_required',
  'account_selection_required',
  'consent_required',
]

/**
 * Its user lives as long as a tab, unless you gave another `userStore`. Without a refresh token it asks in a hidden frame: give a
 * `silent_redirect_uri` to a page that calls `signinSilentCallback` and nothing else, or your app starts in that frame and nothing answers.
 */
export const oidc = (manager: UserManager): LegacySdk => ({
  async freshLegacyToken() {
    const held = await manager.getUser()
    if (!held) return undefined
    const fresh = await manager.signinSilent()
    // Where the provider gives no ID token when it refreshes, the SDK gives the old one: let Antiphon take expired tokens, or send another token.
    if (fresh?.id_token === held.id_token) throw new Error('the provider gave no new ID token')
    return fresh?.id_token
  },
  isOver: (error) => OVER.includes((error as { error?: string }).error ?? ''),
  heldLegacyToken: async () => (await manager.getUser())?.id_token,
  forgetLegacySession: () => manager.removeUser(),
})
