// Stytch: `@stytch/vanilla-js`. Mode `jwt`, custom: the session JWT, which lives five minutes.
import type { LegacySdk } from './exchange.ts'

interface Stytch {
  readonly session: {
    authenticate(): Promise<{ session_jwt: string }>
    getTokens(): { session_jwt: string } | null
  }
}

/** Call it right after `createStytchClient`, which refreshes by itself at start and throws away what it held when it is refused. */
export function stytch(client: Stytch): LegacySdk {
  const held = () => client.session.getTokens()?.session_jwt
  let atStart = held()
  return {
    async freshLegacyToken() {
      if (!held()) return undefined
      try {
        return (await client.session.authenticate()).session_jwt
      } finally {
        // Whoever is there now and is not later has signed out.
        if (held()) atStart = undefined
      }
    },
    isOver: (error) => [401, 404].includes((error as { status_code?: number }).status_code ?? 0),
    heldLegacyToken: async () => held() ?? atStart,
    // revoke() would end the session at Stytch before every tab is over here.
    forgetLegacySession: async () => undefined,
  }
}
