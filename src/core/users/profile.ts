type Profile = Readonly<Record<string, unknown>>

const MAX_PROFILE_BYTES = 16 * 1024

export const PROFILE_TOO_LARGE = 'the profile would be larger than 16 KiB'

/** The profile with the members of a change in place of its own; null takes one out. RFC 7396, at the top level only. */
export function mergeProfile(profile: Profile, change: Profile): Profile {
  return Object.fromEntries(Object.entries({ ...profile, ...change }).filter(([, value]) => value !== null))
}

export const isTooLarge = (profile: Profile): boolean => Buffer.byteLength(JSON.stringify(profile)) > MAX_PROFILE_BYTES
