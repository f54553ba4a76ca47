// Stytch: `@stytch/vanilla-js`. Mode `jwt`, custom: the session JWT, which lives five minutes.
import type { LegacySdk } from './exchange.ts'

interface Stytch {
  readonly session: {
    authenticate(): Promise<{ session_jwt: string }>
    getTokens(): { session_jwt: string } | null
  }
}

export const stytch = (client: Stytch): LegacySdk => ({
  freshLegacyToken: async () =>
    client.session.getTokens() ? (await client.session.authenticate()).session_jwt : undefined,
  isOver: (error) => [401, 404].includes((error as { status_code?: number }).status_code ?? 0),
  heldLegacyToken: async () => client.session.getTokens()?.session_jwt,
  // revoke() would end the session at Stytch before every tab is over here.
  forgetLegacySession: async () => undefined,
})
