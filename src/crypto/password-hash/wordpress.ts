/**
 * What WordPress may have hashed for a password: what its forms hand on, without the blanks at both ends and with a backslash before quotes and
 * backslashes, or the text itself, where another program wrote the hash. The likelier first; one alone for most passwords.
 */
export function wordpressForms(typed: string): string[] {
  const handedOn = typed.trim().replace(/[\\'"]/g, '\\$&')
  return [...new Set([handedOn, typed, typed.trim()])]
}
