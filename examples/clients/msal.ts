// Microsoft Entra: `@azure/msal-browser` 3 or later, with an active account. Mode `jwt`, custom: the ID token.
import type { LegacySdk } from './exchange.ts'

interface Account {
  readonly idToken?: string
}

interface Msal<A extends Account> {
  getActiveAccount(): A | null
  acquireTokenSilent(request: {
    account: NoInfer<A>
    scopes: string[]
    forceRefresh: true
  }): Promise<{ idToken: string }>
  clearCache(options: { account: NoInfer<A> }): Promise<void>
}

/**
 * Call it after `initialize`. Its accounts live as long as a tab, or longer by `cacheLocation: 'localStorage'`. When its refresh token is
 * over it asks in a hidden frame: without a page for that at `redirectUri` nothing answers.
 */
export const msal = <A extends Account>(client: Msal<A>): LegacySdk => ({
  async freshLegacyToken() {
    const account = client.getActiveAccount()
    if (!account) return undefined
    const scopes = ['openid', 'profile', 'email']
    const { idToken } = await client.acquireTokenSilent({ account, scopes, forceRefresh: true })
    // Where Microsoft answers with neither a token nor an error, as a gateway before it may, the SDK gives an empty token.
    if (!idToken) throw new Error('Microsoft gave no ID token')
    return idToken
  },
  isOver: (error) => (error as Error).name === 'InteractionRequiredAuthError',
  heldLegacyToken: async () => client.getActiveAccount()?.idToken,
  async forgetLegacySession() {
    const account = client.getActiveAccount()
    if (account) await client.clearCache({ account })
  },
})
