// Clerk: `@clerk/clerk-js`, after `await clerk.load()`. Preset `clerk`; its tokens live 60 seconds.
import type { LegacySdk } from './exchange.ts'

interface Clerk {
  readonly session?:
    | {
        getToken(options: { skipCache: true }): Promise<string | null>
        readonly lastActiveToken: { getRawString(): string } | null
      }
    | null
    | undefined
}

/** Clerk's own cookie for the app's servers. It outlives a session that ended while the app was closed, and goes when somebody signs out. */
const inCookie = () => /(?:^|;\s*)__session=([^;]+)/.exec(document.cookie)?.[1]

export const clerk = (client: Clerk): LegacySdk => ({
  freshLegacyToken: async () => (await client.session?.getToken({ skipCache: true })) ?? undefined,
  isOver: (error) => [401, 403, 404].includes((error as { status?: number }).status ?? 0),
  heldLegacyToken: async () => client.session?.lastActiveToken?.getRawString() ?? inCookie(),
  // Clerk's signOut leads the page away. Take Clerk out of the page instead.
  forgetLegacySession: async () => undefined,
})

declare const document: { readonly cookie: string }
