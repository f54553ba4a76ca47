/** Of the mapped claims as JSON. Proxies take a header of 8 KiB at most, and our own endpoints a token of 16 KiB. */
const MAX_BYTES = 5 * 1024

type Claims = Readonly<Record<string, unknown>>

interface Fitting {
  readonly claims: Claims
  readonly tooLarge: string[]
}

/** Those claims that there is room for; null in the place of the others, which `tooLarge` names. `copies`: how often the token has them. */
export function fitClaims(claims: Claims, copies: number): Fitting {
  const room = MAX_BYTES / copies
  // No character takes more than three bytes, and most people have few.
  return JSON.stringify(claims).length * 3 <= room ? { claims, tooLarge: [] } : fitEach(claims, room)
}

function fitEach(claims: Claims, given: number): Fitting {
  const tooLarge: string[] = []
  let room = given
  const fitting = Object.entries(claims).map(([name, value]) => {
    const weight = isLight(value) ? 0 : Buffer.byteLength(JSON.stringify(value))
    if (weight > room) {
      tooLarge.push(name)
      return [name, null] as const
    }
    room -= weight
    return [name, value] as const
  })
  return { claims: Object.fromEntries(fitting), tooLarge }
}

const isLight = (value: unknown) => value === null || (typeof value !== 'object' && typeof value !== 'string')
