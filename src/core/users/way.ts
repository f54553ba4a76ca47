/** How somebody came in: `legacy`, `grace`, `password`, `code`, `passkey`, `oauth:google` …, `fed` where the provider is not known any more, or the method by its name in `amr`. RFC 8176. */
export function wayOf(amr: readonly string[], provider: string | undefined): string {
  // What else such a login says may be the provider's word.
  if (provider !== undefined) return `oauth:${provider}`
  if (amr.includes('fed')) return 'fed'
  if (amr.includes('grace')) return 'grace'
  if (amr.includes('legacy')) return 'legacy'
  if (amr.includes('pwd')) return 'password'
  if (amr.includes('otp')) return 'code'
  if (amr.includes('hwk') || amr.includes('swk')) return 'passkey'
  return amr[0] ?? 'unknown'
}
