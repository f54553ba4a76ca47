const TEN_MINUTES_NS = 600_000_000_000

/** Login by password as the demo has it. */
export const PASSWORDS = {
  enabled: true,
  sign_up_enabled: true,
  rate_limit_login_ip: { ttl: TEN_MINUTES_NS, limit: 100 },
  rate_limit_login_identifier: { ttl: TEN_MINUTES_NS, limit: 10 },
  password_compliancy: { min_length: 8, max_length: 128, uppercase: 1, lowercase: 1, numbers: 1, symbols: 0 },
}
