import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { describeFaults, listFaults } from '../../src/platform/judge-input.ts'
import { endpoints, settingsGroups } from '../../src/server.ts'

/** The library's words, and what a shape without words of its own would be told by. */
const LIBRARY =
  /invalid|expected|received|too (big|small)|unrecognized|regex|pattern|undefined|NaN|\[object|what is described/i
/** Stands in every text that is sent; no message may repeat it. */
const SECRET = 'Zq7secretZq7'

const shapes: [name: string, part: string, shape: z.ZodType][] = [
  ...endpoints.flatMap((endpoint) =>
    (['params', 'query', 'body'] as const).flatMap((part) => {
      const shape = endpoint[part]
      return shape ? [[endpoint.operationId, part, shape] as [string, string, z.ZodType]] : []
    }),
  ),
  ...settingsGroups.map(({ name, schema }) => [`settings ${name}`, 'body', schema] as [string, string, z.ZodType]),
]

interface Json {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly anyOf?: readonly Json[]
  readonly oneOf?: readonly Json[]
  readonly properties?: Readonly<Record<string, Json>>
  readonly additionalProperties?: Json | boolean
  readonly items?: Json
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly $ref?: string
}

const EXAMPLES: Readonly<Record<string, string>> = {
  'date-time': '2026-01-02T03:04:05Z',
  email: 'a@example.com',
  uri: 'https://example.com/',
  uuid: '0f0e0d0c-0b0a-4908-8706-050403020100',
}

/** A value that fits a shape as far as can be told without its patterns. */
function example(json: Json): unknown {
  const one = json.anyOf?.[0] ?? json.oneOf?.[0]
  if (one) return example(one)
  if (json.const !== undefined) return json.const
  if (json.enum) return json.enum[0]
  if (json.type === 'string') return (EXAMPLES[json.format ?? ''] ?? '1').padEnd(json.minLength ?? 1, '1')
  if (json.type === 'integer' || json.type === 'number') return Math.max(json.minimum ?? 1, -1)
  if (json.type === 'boolean') return true
  if (json.type === 'array') return json.items ? [example(json.items)] : []
  if (json.type !== 'object') return undefined
  return Object.fromEntries(Object.entries(json.properties ?? {}).map(([name, member]) => [name, example(member)]))
}

/** What does not fit a shape, besides what is missing: another type, too long, none of its form. */
function wrong(json: Json): unknown[] {
  const foreign = [SECRET, 0.5, true, null, [SECRET], { [SECRET]: 1 }]
  if (json.type === 'string')
    return [...foreign, '', SECRET.repeat(Math.ceil(((json.maxLength ?? 0) + 1) / SECRET.length))]
  if (json.type === 'array') return [...foreign, Array(Math.min(json.maxItems ?? 0, 2_000) + 1).fill(SECRET)]
  return [...foreign, (json.maximum ?? 0) + 1, (json.minimum ?? 0) - 1]
}

/** The whole value with one place in it wrong, or missing, for each place and each way. */
function* spoilt(json: Json): Generator<unknown> {
  for (const value of wrong(json)) yield value
  for (const one of json.anyOf ?? json.oneOf ?? []) yield* spoilt(one)
  for (const [name, member] of Object.entries(json.properties ?? {})) {
    const whole = example(json) as Record<string, unknown>
    const { [name]: _, ...without } = whole
    yield without
    for (const value of spoilt(member)) yield { ...whole, [name]: value }
  }
  for (const value of json.items ? spoilt(json.items) : []) yield [value]
  if (typeof json.additionalProperties === 'object')
    for (const value of spoilt(json.additionalProperties))
      yield { a: value, [SECRET.repeat(20)]: example(json.additionalProperties) }
}

const jsonOf = (shape: z.ZodType): Json =>
  z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Json

/** What is wrong with how the faults of a value are told; undefined when nothing is. */
function complaint(shape: z.ZodType, part: string, value: unknown): string | undefined {
  const faults = listFaults(shape, value, part)
  const text = describeFaults(faults)
  if (new Set(faults.map(({ place }) => place)).size < faults.length) return `a place twice: ${text}`
  const bad = faults.find(({ fault }) => LIBRARY.test(fault) || fault.includes(SECRET))
  if (bad) return `${bad.place}: ${bad.fault}`
  return text.length > 700 || text.split('; ').length > 6 ? `too long: ${text}` : undefined
}

test('whatever is wrong with the input of an operation or a setting, no words of the library are told, nor what was sent', () => {
  const complaints = new Set<string>()
  let told = 0
  for (const [name, part, shape] of shapes) {
    for (const value of [undefined, ...spoilt(resolved(jsonOf(shape)))]) {
      told++
      const one = complaint(shape, part, value)
      if (one) complaints.add(`${name} ${one}`)
    }
  }
  assert.deepEqual([...complaints], [])
  assert.ok(told > 3_000, `${told} were tried`)
})

test('a member that is missing is told as missing, by its name', () => {
  for (const [name, part, shape] of shapes.filter(([, , one]) => one instanceof z.ZodObject)) {
    const { required = [] } = jsonOf(shape) as { required?: string[] }
    const faults = listFaults(shape, {}, part)
    const places = faults.filter(({ fault }) => fault === 'is missing').map(({ place }) => place)
    for (const member of required) assert.ok(places.includes(`${part}.${member}`), `${name} ${part}.${member}`)
  }
})

test('nothing at all that a client may send brings out other words', () => {
  const json = fc.jsonValue({ maxDepth: 3 })
  fc.assert(
    fc.property(fc.constantFrom(...shapes), json, ([, part, shape], value) => {
      assert.equal(complaint(shape, part, value), undefined)
    }),
    { numRuns: 1_000 },
  )
})

test('every pattern and every rule of a shape has a sentence of its own', () => {
  const silent: string[] = []
  for (const [name, part, shape] of shapes) for (const at of silentRules(shape)) silent.push(`${name} ${part}${at}`)
  assert.deepEqual(silent, [])
})

/** Where patterns and rules are that say nothing. */
function silentRules(shape: z.core.$ZodType, at = '', seen = new Set<unknown>()): string[] {
  if (seen.has(shape)) return []
  seen.add(shape)
  const { def } = (shape as z.core.$ZodTypes)._zod
  const rules = (def.checks ?? []).map((check) => check._zod.def as { check: string; format?: string; error?: unknown })
  const mute = rules.some((one) => (one.check === 'custom' || one.format === 'regex') && one.error === undefined)
  const inner = Object.entries(def).flatMap(([name, value]): [step: string, shape: z.core.$ZodType][] => {
    if (name === 'shape') return Object.entries(value as z.core.$ZodShape).map(([member, one]) => [`.${member}`, one])
    const all: unknown[] = name === 'checks' ? [] : [value].flat()
    return all.filter(isShape).map((one) => ['', one])
  })
  return [...(mute ? [at] : []), ...inner.flatMap(([step, one]) => silentRules(one, `${at}${step}`, seen))]
}

const isShape = (value: unknown): value is z.core.$ZodType =>
  typeof value === 'object' && value !== null && '_zod' in value

/** Without references, which stand for shapes that have a name. */
function resolved(json: Json & { $defs?: Readonly<Record<string, Json>> }): Json {
  const { $defs = {}, ...rest } = json
  return JSON.parse(
    JSON.stringify(rest).replace(/\{"\$ref":"#\/\$defs\/([^"]+)"\}/g, (_, name) => JSON.stringify($defs[name] ?? {})),
  )
}
