// Firebase: `firebase/auth` 9 or later, modular. Preset `firebase`.
import type { LegacySdk } from './exchange.ts'

interface FirebaseAuth {
  authStateReady(): Promise<void>
  readonly currentUser: { getIdToken(forceRefresh: true): Promise<string>; readonly refreshToken: string } | null
  signOut(): Promise<void>
}

const OVER = ['auth/user-token-expired', 'auth/user-disabled', 'auth/user-not-found', 'auth/invalid-user-token']

/** What is held is the refresh token, which has no end: Antiphon refreshes it, where it is told how. */
export const firebase = (auth: FirebaseAuth): LegacySdk => ({
  async freshLegacyToken() {
    await auth.authStateReady()
    return await auth.currentUser?.getIdToken(true)
  },
  isOver: (error) => OVER.includes((error as { code?: string }).code ?? ''),
  async heldLegacyToken() {
    await auth.authStateReady()
    return auth.currentUser?.refreshToken
  },
  // Of this browser alone; Firebase itself knows no logout.
  forgetLegacySession: () => auth.signOut(),
})
