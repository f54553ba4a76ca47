// Supabase: `@supabase/supabase-js` or `@supabase/auth-js` 2. Preset `supabase`.
import type { LegacySdk } from './exchange.ts'

interface Session {
  readonly access_token: string
  readonly refresh_token: string
}

/** `supabase.auth`. */
interface SupabaseAuth {
  refreshSession(): Promise<{ data: { session: Session | null }; error: { name: string } | null }>
  signOut(options: { scope: 'local' }): Promise<unknown>
}

/**
 * Call it right after `createClient`, which refreshes by itself at start and throws away what it held when it is refused. `storageKey`:
 * `sb-<project>-auth-token` unless you gave another. `held`: what Antiphon is to have when Supabase gives nothing fresh.
 */
export function supabase(auth: SupabaseAuth, storageKey: string, held: keyof Session = 'access_token'): LegacySdk {
  const stored = () => JSON.parse(localStorage.getItem(storageKey) ?? 'null') as Session | null
  let atStart = stored()
  return {
    async freshLegacyToken() {
      const { data, error } = await auth.refreshSession()
      // Whoever is there now and is not later has signed out.
      if (stored()) atStart = null
      if (error && error.name !== 'AuthSessionMissingError') throw error
      return data.session?.access_token
    },
    isOver: (error) => {
      const { name, status = 0 } = error as { name: string; status?: number }
      return name === 'AuthApiError' && [400, 401, 403].includes(status)
    },
    // Not by getSession(), which refreshes.
    heldLegacyToken: async () => (stored() ?? atStart)?.[held],
    // `local`: sessions on other devices stay.
    async forgetLegacySession() {
      await auth.signOut({ scope: 'local' })
    },
  }
}
