/** How the legacy token is that the app of somebody active still holds on the day of the switch. */
export const STATES = ['fresh', 'a minute', 'a day', 'a month', 'refresh token'] as const
export type State = (typeof STATES)[number]

/** What is wrong with a row of an export. The first four befall people who are active, too. */
const DIRT = ['spelling', 'phone', 'twin', 'hash', 'nobody', 'double', 'blocked', 'date'] as const
export type Dirt = (typeof DIRT)[number]

/** Somebody whom a legacy system knows. */
export interface Person {
  readonly n: number
  /** As their row spells it. */
  readonly email: string | null
  readonly isProven: boolean
  readonly phone: string | null
  /** Whether the legacy system can still read their hash: the one of `PASSWORD`. */
  readonly hasHash: boolean
  readonly isBlocked: boolean
  /** Whether they come by a provider, too, where the system has that. */
  readonly isSocial: boolean
  /** ISO 8601, or what stands in its place. */
  readonly createdAt: string
  /** Undefined: they have not opened the app for long, and hold nothing. */
  readonly state: State | undefined
  readonly dirt: Dirt | undefined
}

export const PASSWORD = 'legacy-pass-1'
export const CANARY = 1

const addressOf = (n: number) => `person-${n}@lumen.example`

/** So many people: half of them active, with tokens in every state, a tenth with dirt in their row. The same each time. */
export function makePeople(count: number): Person[] {
  return Array.from({ length: count }, (_, n) => {
    const isActive = n % 2 === 0
    const dirt = dirtOf(n, isActive)
    return {
      n,
      email: emailOf(n, dirt),
      isProven: dirt !== 'twin',
      phone: dirt === 'phone' ? 'call me' : null,
      hasHash: dirt !== 'hash',
      isBlocked: dirt === 'blocked',
      isSocial: n % 7 === 0 && dirt !== 'nobody',
      createdAt: dirt === 'date' ? '0000-00-00 00:00:00' : '2021-06-01T08:00:00.000Z',
      state: isActive ? STATES[(n / 2) % STATES.length] : undefined,
      dirt,
    }
  })
}

/** Two of twenty. */
function dirtOf(n: number, isActive: boolean): Dirt | undefined {
  const turn = Math.floor(n / 20)
  if (n % 20 === 6 && isActive) return DIRT[turn % 4]
  return n % 20 === 13 ? DIRT[turn % DIRT.length] : undefined
}

function emailOf(n: number, dirt: Dirt | undefined): string | null {
  if (dirt === 'nobody') return null
  if (dirt === 'spelling') return ` Person-${n}@LUMEN.Example`
  // Somebody else's: claimed, or even proven there a second time.
  if (dirt === 'twin') return addressOf(n + 1)
  return addressOf(dirt === 'double' ? n - 2 : n)
}

/** Where somebody's tokens say that they are. */
export const tokenAddressOf = ({ n }: Person): string => addressOf(n)
