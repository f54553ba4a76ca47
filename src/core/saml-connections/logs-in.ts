import { readSamlConnection } from './connection.ts'
import type { SamlConnectionRow } from './tables.ts'

/** Whether what an account names is a company's connection by SAML. */
export const isSamlConnectionId = (provider: string): boolean => provider.startsWith('samlc_')

/**
 * Whether an account logs in by a connection as it is configured now: that is there and enabled and, where it names the domains that it speaks for, names that of
 * the address which the account said last.
 */
export function samlLogsIn(row: SamlConnectionRow | undefined, { email }: { readonly email: string | null }): boolean {
  if (!row) return false
  const { enabled, behavior } = readSamlConnection(row).config
  const domains = behavior.email_domain_allowlist
  return enabled && (domains.length === 0 || domains.includes(email?.split('@')[1] ?? ''))
}
