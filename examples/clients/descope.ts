// Descope: `@descope/web-js-sdk` with `persistTokens: true`. Mode `jwt`, custom. The refresh token is a JWT too, and lives four weeks.
import type { LegacySdk } from './exchange.ts'

interface Descope {
  refresh(): Promise<{ ok: boolean; code?: number; data?: { sessionJwt?: string } }>
  getRefreshToken(): string
}

export const descope = (sdk: Descope): LegacySdk => ({
  async freshLegacyToken() {
    if (!sdk.getRefreshToken()) return undefined
    const answer = await sdk.refresh()
    if (!answer.ok) throw Object.assign(new Error('Descope does not refresh'), { code: answer.code })
    return answer.data?.sessionJwt
  },
  isOver: (error) => (error as { code?: number }).code === 401,
  heldLegacyToken: async () => sdk.getRefreshToken() || undefined,
  forgetLegacySession: async () => undefined,
})
