import type { OAuthConfig } from '../../core/federation/config.ts'
import type { ShownAccount } from '../../core/federation/hold.ts'
import type { FederatedAccount } from '../../core/oauth/provider.ts'

/**
 * Whether a connection may speak for an account. A company's own speaks for the addresses of its domains that its provider vouches for, and for
 * nobody else; of Google the account must belong to one of them, too, for a private account may carry a company's address.
 */
export function speaksFor(
  { enterprise }: OAuthConfig,
  provider: string,
  { email }: Pick<ShownAccount, 'email'>,
  { hostedDomain = '' }: Pick<FederatedAccount, 'hostedDomain'>,
): boolean {
  if (!enterprise) return true
  const domains = enterprise.email_domain_allowlist
  if (!email?.isVerified || !domains.includes(email.value.split('@')[1] ?? '')) return false
  return provider !== 'google' || domains.includes(hostedDomain)
}
