// Cognito: `aws-amplify/auth` 6, or the older `amazon-cognito-identity-js`. Preset `cognito`, which reads the ID token.
import type { LegacySdk } from './exchange.ts'

interface Storage {
  getItem(key: string): string | null
}

type Held = 'idToken' | 'refreshToken'

/** What both libraries keep of whoever is signed in: until Cognito refuses them, for then they throw it away. */
function heldOf(clientId: string, kind: Held, storage: Storage): string | undefined {
  const prefix = `CognitoIdentityServiceProvider.${clientId}`
  const user = storage.getItem(`${prefix}.LastAuthUser`)
  return storage.getItem(`${prefix}.${user}.${kind}`) ?? undefined
}

/** What Cognito says of a user or a token; all else is its own trouble. */
const OVER = [
  'NotAuthorizedException',
  'TokenRevokedException',
  'RefreshTokenReuseException',
  'UserNotFoundException',
  'UserNotConfirmedException',
  'PasswordResetRequiredException',
]

interface Amplify {
  fetchAuthSession(options: { forceRefresh: true }): Promise<{ tokens?: { idToken?: { toString(): string } } }>
}

/** `import * as auth from 'aws-amplify/auth'`. Its signOut would end the session at Cognito; here it is left alone. */
export const amplify = (auth: Amplify, clientId: string, held: Held = 'idToken'): LegacySdk => ({
  freshLegacyToken: async () => (await auth.fetchAuthSession({ forceRefresh: true })).tokens?.idToken?.toString(),
  isOver: (error) => OVER.includes((error as Error).name),
  heldLegacyToken: async () => heldOf(clientId, held, localStorage),
  forgetLegacySession: async () => undefined,
})

interface UserPool<Token, User extends CognitoUser<Token>> {
  getClientId(): string
  getCurrentUser(): User | null
}

interface CognitoSession<Token> {
  getRefreshToken(): Token
  getIdToken(): { getJwtToken(): string }
}

interface CognitoUser<Token> {
  refreshSession(token: Token, done: (error: Error | null, session: CognitoSession<Token>) => void): void
  signOut(): void
}

/** `CognitoRefreshToken` of the same library; `storage` where the pool was given one. */
export function cognito<Token, User extends CognitoUser<Token>>(
  pool: UserPool<Token, User>,
  CognitoRefreshToken: new (data: { RefreshToken: string }) => Token,
  storage: Storage = localStorage,
  held: Held = 'idToken',
): LegacySdk {
  return {
    async freshLegacyToken() {
      const user = pool.getCurrentUser()
      const RefreshToken = heldOf(pool.getClientId(), 'refreshToken', storage)
      if (!user || !RefreshToken) return undefined
      return await new Promise((resolve, reject) =>
        user.refreshSession(new CognitoRefreshToken({ RefreshToken }), (error, session) =>
          error ? reject(error) : resolve(session.getIdToken().getJwtToken()),
        ),
      )
    },
    isOver: (error) => OVER.includes((error as { code?: string }).code ?? ''),
    heldLegacyToken: async () => heldOf(pool.getClientId(), held, storage),
    // Of this browser alone, without asking Cognito.
    forgetLegacySession: async () => pool.getCurrentUser()?.signOut(),
  }
}
