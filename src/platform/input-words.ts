import { z } from 'zod'

/** As much of JSON Schema as shapes come to. */
interface Json {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Json[]
  readonly oneOf?: readonly Json[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Json>>
  readonly [bound: string]: unknown
}

/** More are not named. */
const MAX_VALUES = 30
const ANYTHING = 'what is described for it'
const FORMATS: Readonly<Record<string, string>> = {
  'date-time': 'a date and time such as 2026-01-02T03:04:05Z',
  date: 'a date such as 2026-01-02',
  email: 'an e-mail address',
  uri: 'an absolute URL',
  uuid: 'a UUID',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
}

const known = new WeakMap<z.core.$ZodType, string>()

/** What a value of a shape is, in words that go on from `must be`: `a whole number from 1 to 500`, `one of sms, email`. */
export function wordsOf(shape: z.core.$ZodType): string {
  const words = known.get(shape) ?? wordsOfJson(z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Json)
  known.set(shape, words)
  return words
}

/** `one of a, b`; what is many is cut short. */
export function listOf(given: readonly unknown[]): string {
  const values = given.filter((value) => value !== undefined)
  if (values.length === 1) return String(values[0])
  const named = values.slice(0, MAX_VALUES).join(', ')
  return `one of ${named}${values.length > MAX_VALUES ? ` and ${values.length - MAX_VALUES} more` : ''}`
}

function wordsOfJson(json: Json): string {
  const kinds = alternatives(json, json.$defs ?? {})
  const values = [...new Set(kinds.flatMap(valuesOf))]
  const others = kinds.filter((one) => valuesOf(one).length === 0).map(wordsOfOne)
  return [...new Set([...(values.length > 0 ? [listOf(values)] : []), ...others])].join(' or ')
}

function alternatives(json: Json, definitions: Readonly<Record<string, Json>>): readonly Json[] {
  const referred = definitions[json.$ref?.replace('#/$defs/', '') ?? '']
  const several = json.anyOf ?? json.oneOf ?? (referred && [referred])
  return several?.flatMap((one) => alternatives(one, definitions)) ?? [json]
}

const valuesOf = (json: Json): readonly unknown[] => json.enum ?? ('const' in json ? [json.const] : [])

function wordsOfOne(json: Json): string {
  switch (json.type) {
    case 'string':
      return sized(FORMATS[json.format ?? ''] ?? 'a text', json.minLength, json.maxLength, 'character')
    case 'array':
      return sized('a list', json.minItems, json.maxItems, 'item')
    case 'integer':
      return bounded('a whole number', json.minimum, json.maximum)
    case 'number':
      return bounded('a number', json.minimum, json.maximum)
    case 'boolean':
      return 'true or false'
    case 'object':
      return 'an object'
    default:
      return json.type ?? ANYTHING
  }
}

function sized(thing: string, least: unknown, most: unknown, unit: string): string {
  const units = (count: unknown) => `${count} ${unit}${count === 1 ? '' : 's'}`
  if (most === undefined) return least ? `${thing} of at least ${units(least)}` : thing
  if (least === most) return `${thing} of ${units(most)}`
  return least ? `${thing} of ${least} to ${units(most)}` : `${thing} of at most ${units(most)}`
}

function bounded(thing: string, least: unknown, most: unknown): string {
  const from = least === Number.MIN_SAFE_INTEGER ? undefined : least
  const to = most === Number.MAX_SAFE_INTEGER ? undefined : most
  if (from !== undefined && to !== undefined) return `${thing} from ${from} to ${to}`
  if (from !== undefined) return `${thing} of at least ${from}`
  return to === undefined ? thing : `${thing} of at most ${to}`
}
