// Clerk: `@clerk/clerk-js`, after `await clerk.load()`. Preset `clerk`; its tokens live 60 seconds.
import type { LegacySdk } from './exchange.ts'

interface Clerk {
  readonly session?: {
    getToken(options: { skipCache: true }): Promise<string | null>
    readonly lastActiveToken: { getRawString(): string } | null
  } | null
}

export const clerk = (client: Clerk): LegacySdk => ({
  freshLegacyToken: async () => (await client.session?.getToken({ skipCache: true })) ?? undefined,
  isOver: (error) => [401, 403, 404].includes((error as { status?: number }).status ?? 0),
  heldLegacyToken: async () => client.session?.lastActiveToken?.getRawString(),
  // Clerk's signOut leads the page away. Take Clerk out of the page instead.
  forgetLegacySession: async () => undefined,
})
