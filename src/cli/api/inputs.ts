import { readFileSync } from 'node:fs'
import { stdin } from 'node:process'
import { text } from 'node:stream/consumers'
import { describeFault } from '../outcome.ts'
import type { Input } from './operations.ts'

/** `identifier_value` → `identifier-value` */
export const flagOf = ({ name }: Pick<Input, 'name'>): string => name.replaceAll('_', '-')

/** `identifier-value` → `identifierValue`, where commander keeps it. */
export const keyOf = (flag: string): string => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** What stands for a value in the help. */
export const placeholderOf = ({ type }: Pick<Input, 'type'>): string =>
  ({ string: 'text', number: 'number', boolean: 'true|false', list: 'a,b', json: 'json' })[type]

/** As many as somebody reads at a glance. */
const FEW = 8

/** Where a value is one of a few: which. */
export const choicesOf = ({ type, values }: Pick<Input, 'type' | 'values'>): readonly string[] | undefined =>
  type === 'string' && values && values.length <= FEW ? values : undefined

/** A value as it was typed, as its member wants it; or, in words, what is wrong with it. */
export function readInput(
  { type }: Pick<Input, 'type'>,
  typed: string,
): { readonly value: unknown } | { readonly problem: string } {
  if (type === 'string') return { value: typed }
  if (type === 'list') return { value: typed.split(',').flatMap((one) => one.trim() || []) }
  const value = tryJson(typed)
  if (type === 'number' && typeof value !== 'number') return { problem: 'takes a number' }
  if (type === 'boolean' && typeof value !== 'boolean') return { problem: 'takes true or false' }
  return value === undefined ? { problem: 'takes JSON' } : { value }
}

/** Undefined for what is no JSON. */
export function tryJson(typed: string): unknown {
  try {
    return JSON.parse(typed)
  } catch {
    return undefined
  }
}

/** Text as it is, that of the file `@name`, or for `-` standard input. In words, why there is none. */
export async function readText(typed: string): Promise<{ readonly text: string } | { readonly problem: string }> {
  if (typed === '-') return { text: await text(stdin) }
  if (!typed.startsWith('@')) return { text: typed }
  try {
    return { text: readFileSync(typed.slice(1), 'utf8') }
  } catch (error) {
    return { problem: describeFault(error) ?? String(error) }
  }
}
