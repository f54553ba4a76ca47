import { z } from 'zod'

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What can be used of an item, and the paths within it of what cannot. */
export interface Part<T> {
  readonly value: T | undefined
  /** The empty path is the item itself. */
  readonly leftOut: readonly string[]
}

/** An item of which nothing can be used. */
export const WHOLE: Part<never> = { value: undefined, leftOut: [''] }

/** An item that can be used as it is, or not at all. */
export const whole = <T>(value: T | undefined): Part<T> => (value === undefined ? WHOLE : { value, leftOut: [] })

export interface ReadList<T> {
  readonly items: readonly { readonly value: T; readonly place: string }[]
  /** Places of what cannot be used. */
  readonly leftOut: readonly string[]
}

/** Read what can be used of a list in a record, `max` items at most. Absent, or null as some languages write it: none. */
export async function readList<T>(
  name: string,
  given: unknown,
  max: number,
  read: (item: unknown) => Part<T> | Promise<Part<T>>,
): Promise<ReadList<T>> {
  if (given === undefined || given === null) return { items: [], leftOut: [] }
  if (!Array.isArray(given)) return { items: [], leftOut: [name] }
  const items: { value: T; place: string }[] = []
  const leftOut: string[] = []
  for (const [i, item] of given.slice(0, max).entries()) {
    const place = `${name}[${i}]`
    const part = await read(item)
    if (part.value !== undefined) items.push({ value: part.value, place })
    for (const path of part.leftOut) leftOut.push(place + path)
  }
  if (given.length > max) leftOut.push(`${name}[${max}…]`)
  return { items, leftOut }
}

const FIRST = Date.parse('0000-01-01T00:00:00Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** Unix ms of a time in RFC 3339, with any offset, that can be written in RFC 3339 without one, too. */
export const timeShape = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .refine((at) => at >= FIRST && at <= LAST)
