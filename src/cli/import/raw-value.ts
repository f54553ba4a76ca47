import { isObject } from '../../core/legacy-users/record.ts'

type Members = Readonly<Record<string, unknown>>

const NOTHING: Members = {}

/** Text with something in it, or a number that stands for its decimal text. A blank text, and all else, is undefined. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined
}

const YES: readonly unknown[] = [true, 1, 1n]

/** Whether a value says yes: `true`, 1, or how databases write them in text. Whatever else is no. */
export const isYes = (value: unknown): boolean =>
  typeof value === 'string' ? /^(t|true|1)$/i.test(value.trim()) : YES.includes(value)

/** Whether a value says no in so many words; null and what is absent say nothing. */
export const isNo = (value: unknown): boolean =>
  typeof value === 'string' ? /^(f|false|0)$/i.test(value.trim()) : value === false || value === 0 || value === 0n

/** The members of an object, or of one that was written as text; none of anything else. */
export function membersOf(value: unknown): Members {
  const parsed = parsedOf(value)
  return isObject(parsed) ? parsed : NOTHING
}

/** The items of a list, or of one that was written as text; none of anything else. */
export function itemsOf(value: unknown): readonly unknown[] {
  const parsed = parsedOf(value)
  return Array.isArray(parsed) ? parsed : []
}

/** The objects of a list. */
export const rowsOf = (value: unknown): readonly Members[] => itemsOf(value).filter(isObject)

/** The items of a list, or the one text or number that stands for it. */
export function listOf(value: unknown): readonly unknown[] {
  const parsed = parsedOf(value)
  if (Array.isArray(parsed)) return parsed
  return textOf(value) === undefined || value === '{}' ? [] : [value]
}

/** What a row is known by: this very text. Users choose some of these, so it is never taken apart into several. */
export const keyOf = (value: unknown): readonly string[] => {
  const key = textOf(value)
  return key === undefined ? [] : [key]
}

/** The texts of `listOf`. */
export const textsOf = (value: unknown): readonly string[] => listOf(value).flatMap((item) => textOf(item) ?? [])

/** JSON that an export wrote as text, or PostgreSQL's `{a,b}`; any other value as it is. */
function parsedOf(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    const [, items] = /^\{([^{}]*)\}$/.exec(value) ?? []
    return items?.split(',').map((item) => item.replace(/^"(.*)"$/, '$1'))
  }
}

/** What stands at a path with dots. */
export const valueAt = (raw: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), raw)
