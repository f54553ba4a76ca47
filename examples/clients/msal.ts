// Microsoft Entra: `@azure/msal-browser` 3 or later, with an active account. Mode `jwt`, custom: the ID token.
import type { LegacySdk } from './exchange.ts'

interface Account {
  readonly idToken?: string
}

interface Msal<A extends Account> {
  getActiveAccount(): A | null
  acquireTokenSilent(request: { account: A; scopes: string[]; forceRefresh: true }): Promise<{ idToken: string }>
  clearCache(options: { account: A }): Promise<void>
}

export const msal = <A extends Account>(client: Msal<A>): LegacySdk => ({
  async freshLegacyToken() {
    const account = client.getActiveAccount()
    if (!account) return undefined
    const scopes = ['openid', 'profile', 'email']
    return (await client.acquireTokenSilent({ account, scopes, forceRefresh: true })).idToken
  },
  isOver: (error) => (error as Error).name === 'InteractionRequiredAuthError',
  heldLegacyToken: async () => client.getActiveAccount()?.idToken,
  async forgetLegacySession() {
    const account = client.getActiveAccount()
    if (account) await client.clearCache({ account })
  },
})
