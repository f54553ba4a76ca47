const MAX_NAME_CHARS = 100

/** A profile's names as a provider said them; what is no plain text is left out. */
export interface NamedProfile {
  readonly given_name?: string
  readonly family_name?: string
}

const nameOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[^\p{Cc}\p{Cs}]+$/u.test(value)
    ? [...value].slice(0, MAX_NAME_CHARS).join('')
    : undefined

export function profileOf(given: unknown, family: unknown): NamedProfile {
  const given_name = nameOf(given)
  const family_name = nameOf(family)
  return { ...(given_name !== undefined && { given_name }), ...(family_name !== undefined && { family_name }) }
}
