export type Claims = Readonly<Record<string, unknown>>

/** The claim of that name, or at that path: a name that contains dots wins over a path. */
export function findClaim(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  let value: unknown = claims
  for (const member of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member)) return undefined
    value = (value as Claims)[member]
  }
  return value
}
