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

export const oidc = (manager: UserManager): LegacySdk => ({
  freshLegacyToken: async () => ((await manager.getUser()) ? (await manager.signinSilent())?.id_token : undefined),
  isOver: (error) => ['login_required', 'invalid_grant'].includes((error as { error?: string }).error ?? ''),
  heldLegacyToken: async () => (await manager.getUser())?.id_token,
  forgetLegacySession: () => manager.removeUser(),
})
