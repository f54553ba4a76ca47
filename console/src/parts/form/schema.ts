/** What of JSON Schema the management API uses. */
export interface Schema {
  readonly type?: string
  readonly enum?: readonly (string | number)[]
  readonly const?: unknown
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly description?: string
  readonly default?: unknown
  readonly format?: string
  readonly writeOnly?: boolean
  readonly deprecated?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly maxItems?: number
  readonly pattern?: string
}

export type Kind =
  | 'boolean'
  | 'choices'
  | 'duration'
  | 'enum'
  | 'fixed'
  | 'group'
  | 'json'
  | 'list'
  | 'map'
  | 'number'
  | 'secret'
  | 'text'
  | 'union'
  | 'url'

const SECRET = /(^|_)(secret|password|token|private_key|api_key)$/
const UNIT = /_(seconds|minutes|hours|days|bytes|percent)$/

/** How a member is asked for. `path`: where it stands, names and all above it. */
export function kindOf(schema: Schema, path: string): Kind {
  const { type, items, additionalProperties, properties } = schema
  if (schema.const !== undefined) return 'fixed'
  if (schema.enum) return 'enum'
  if (variantsOf(schema).length > 0) return 'union'
  if (type === 'boolean') return 'boolean'
  if (type === 'integer' || type === 'number') return unitOf(path) === 'seconds' ? 'duration' : 'number'
  if (type === 'string') return kindOfText(schema, path)
  if (type === 'array' && items?.type === 'string') return items.enum ? 'choices' : 'list'
  if (properties) return 'group'
  return typeof additionalProperties === 'object' && additionalProperties.type === 'string' ? 'map' : 'json'
}

function kindOfText({ writeOnly, format }: Schema, path: string): Kind {
  const name = path.split('.').at(-1) ?? ''
  if (writeOnly || path.includes('secrets.') || SECRET.test(name)) return 'secret'
  return format === 'uri' ? 'url' : 'text'
}

export const unitOf = (path: string): string | undefined => UNIT.exec(path)?.[1]

/** The forms that a union has; none where it is no union of forms told apart by a fixed member. */
export function variantsOf({ oneOf, anyOf }: Schema): readonly Schema[] {
  const all = oneOf ?? anyOf ?? []
  return all.length > 0 && all.every((one) => tagOf(one)) ? all : []
}

/** The member by which a form of a union is known, and what it says. */
export function tagOf({ properties = {} }: Schema): readonly [string, string] | undefined {
  const found = Object.entries(properties).find(([, { const: only }]) => typeof only === 'string')
  return found && [found[0], String(found[1].const)]
}

/** What a member is asked for as, of all that it may be: null says no more than that it may be missing, and one text stands for a list of one. */
export function plainly(schema: Schema): Schema {
  const { anyOf = [], ...own } = schema
  const others = anyOf.filter(({ type, const: only }) => type !== 'null' && only === undefined)
  const pick = (...types: readonly string[]) => others.find(({ type }) => types.includes(type ?? ''))
  const only = others.length === 1 ? others[0] : (pick('array') ?? pick('integer', 'number'))
  if (!only) return schema
  return { ...own, ...only, ...(own.description && { description: own.description }) }
}

const ACRONYM = /\b(aaguid|api|dkim|dns|id|ip|jwks|jwt|otp|rp|saml|sms|smtp|tls|ttl|uri|url)\b/g

/** A name of the API, as words, without the unit that stands beside the field. */
export function wordsOf(name: string): string {
  const words = name
    .replace(UNIT, '')
    .replaceAll('_', ' ')
    .replace(ACRONYM, (letters) => letters.toUpperCase())
  return words.charAt(0).toUpperCase() + words.slice(1)
}
