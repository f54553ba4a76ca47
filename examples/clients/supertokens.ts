// SuperTokens: `supertokens-web-js/recipe/session`, with header-based sessions or `exposeAccessTokenToFrontendInCookieBasedAuth`. Mode `jwt`, custom.
import type { LegacySdk } from './exchange.ts'

interface Session {
  attemptRefreshingSession(): Promise<boolean>
  getAccessToken(): Promise<string | undefined>
}

/** It gives nothing that is expired, so nothing is held when it is away. Its signOut would end the session at the core. */
export const supertokens = (session: Session): LegacySdk => ({
  freshLegacyToken: async () =>
    (await session.attemptRefreshingSession()) ? await session.getAccessToken() : undefined,
  // A refusal is `false`; what is thrown is the network's.
  isOver: () => false,
  heldLegacyToken: async () => undefined,
  forgetLegacySession: async () => undefined,
})
