const CHUNK_BYTES = 4 * 1024 * 1024
/** Accepts `legacy-pass-1`. */
const HASH = '$2b$10$C6UzMDM.H6dfI/f/IKcEeO'.padEnd(60, 'u')

/** The users of an invented Auth0 tenant, as records of an import, in chunks of whole lines. */
export function* fileOf(users: number): Generator<Uint8Array> {
  let lines: string[] = []
  let bytes = 0
  for (let i = 0; i < users; i += 1) {
    const line = `${JSON.stringify(recordOf(i))}\n`
    lines.push(line)
    bytes += line.length
    if (bytes < CHUNK_BYTES) continue
    yield Buffer.from(lines.join(''))
    lines = []
    bytes = 0
  }
  if (lines.length > 0) yield Buffer.from(lines.join(''))
}

/** Every fifth came by Google and has no password; every seventh has a second factor. */
function recordOf(i: number): object {
  const email = `person.${i}@tenant-${i % 50}.example`
  const at = new Date(Date.UTC(2021, 0, 1) + i * 60_000).toISOString()
  const isSocial = i % 5 === 0
  return {
    external_id: isSocial ? `google-oauth2|${100_000_000 + i}` : `auth0|${i.toString(16).padStart(24, '0')}`,
    identifiers: [{ type: 'email_address', value: email, verified: i % 10 !== 1 }],
    profile: { name: `Person ${i}`, nickname: `person${i}`, locale: 'en-GB', plan: i % 3 === 0 ? 'pro' : 'free' },
    scopes: [],
    groups: [],
    federated_identities: isSocial ? [{ provider: 'google', subject: String(100_000_000 + i) }] : [],
    ...(!isSocial && { password_hash: HASH }),
    created_at: at,
    updated_at: at,
    last_seen_at: at,
    status: i % 100 === 99 ? 'blocked' : 'active',
    ...(i % 7 === 0 && { leftovers: [{ kind: 'totp', value: { secret: 'JBSWY3DPEHPK3PXP' } }] }),
  }
}
