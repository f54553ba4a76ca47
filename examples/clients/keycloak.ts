// Keycloak: `keycloak-js`, after `init`. Mode `jwt`, custom: the access token, which lives five minutes.
import type { LegacySdk } from './exchange.ts'

interface Keycloak {
  token?: string | undefined
  refreshToken?: string | undefined
  updateToken(minValidity: -1): Promise<boolean>
}

/** It holds tokens in memory alone: what is held matters for offline tokens that you put into `init` yourself. */
export const keycloak = (client: Keycloak): LegacySdk => ({
  async freshLegacyToken() {
    if (!client.refreshToken) return undefined
    await client.updateToken(-1)
    return client.token
  },
  // It throws its tokens away when Keycloak refuses them, and keeps them when Keycloak is away.
  isOver: () => client.refreshToken === undefined,
  heldLegacyToken: async () => client.token,
  // clearToken() would send the page to Keycloak's login where that is required. Nothing is kept anyway.
  forgetLegacySession: async () => undefined,
})
