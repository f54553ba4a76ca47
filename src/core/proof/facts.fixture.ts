import { emptyCensus } from './census.ts'
import type { Exchanges, Facts, ImportFacts } from './facts.ts'

export const NO_EXCHANGES: Exchanges = { exchanged: 0, inGrace: 0, refused: {}, unclear: {} }

/** An import of a thousand lines that went well. */
export const importFacts = (change: Partial<ImportFacts> = {}): ImportFacts => ({
  id: 'imp_1',
  source: 'auth0',
  status: 'completed',
  dry_run: false,
  lines: 1000,
  outcomes: { created: 990, updated: 0, unchanged: 0, conflict: 4, refused: 6, skipped: 0 },
  codes: {},
  hash_forms: { bcrypt: 900 },
  without_password: 90,
  left_out: { 'identifiers[].value': 3 },
  leftovers: { totp: 12 },
  unknown_groups: {},
  deleted: 0,
  kept: 0,
  canaries: [{ outcome: 'ok', checked_at: '2026-01-02T03:04:05Z' }],
  ...change,
})

/** A migration that is over and went well. */
export function provenFacts(change: Partial<Facts> = {}): Facts {
  const sessions = { ...NO_EXCHANGES, exchanged: 5000, inGrace: 40, refused: { invalid_token: 5 } }
  return {
    census: { ...emptyCensus(), legacy: 990, here: 940, byWay: { legacy: 900, grace: 40 }, notYetHere: 50 },
    typedTotal: undefined,
    imports: [importFacts()],
    ever: sessions,
    lately: sessions,
    ended: { logged_out: 12 },
    hours: [],
    ...change,
  }
}
