import type { z } from 'zod'
import { listOf, wordsOf } from './input-words.ts'

const MAX_FAULTS = 5
const MAX_CHARS = 600
const MISSING = 'is missing'
const UNKNOWN = 'is not known here'
const LEFT_OUT = 'must be left out'
/** Names in a place may be the client's own. */
const NAMEABLE = /^[A-Za-z0-9_:.-]{1,64}$/

/** What is wrong at one place: `body.identifiers[0].type`, `must be one of …`. */
export interface Fault {
  readonly place: string
  readonly fault: string
}

export type Judged<T> = { readonly data: T } | { readonly problem: string }

/** Read a value by its shape, or say in words what whoever sent it has to change. `place`: what the value is called there. */
export function judgeInput<T>(schema: z.ZodType<T>, value: unknown, place: string): Judged<T> {
  const { success, data, error } = schema.safeParse(value, { error: sentenceOf })
  return success ? { data } : { problem: describeFaults(faultsOf(error.issues, [place])) }
}

/** Every fault of a value by its shape, one for each place, in the order of the shape. */
export function listFaults(schema: z.ZodType, value: unknown, place: string): Fault[] {
  const { error } = schema.safeParse(value, { error: sentenceOf })
  return error ? faultsOf(error.issues, [place]) : []
}

/** The first few, and how many more. Holds no value that was sent. */
export function describeFaults(faults: readonly Fault[]): string {
  const told: string[] = []
  let chars = 0
  for (const { place, fault } of faults.slice(0, MAX_FAULTS)) {
    const text = `${place}: ${fault}`
    chars += text.length
    if (told.length > 0 && chars > MAX_CHARS) break
    told.push(text.slice(0, MAX_CHARS))
  }
  const more = faults.length - told.length
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

/** In place of the library's words; those that a shape has of its own stay. */
function sentenceOf(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined && issue.code !== 'custom') return MISSING
  if (issue.code === 'invalid_type' && issue.expected === 'never') return LEFT_OUT
  if (issue.code === 'invalid_value') return `must be ${listOf(issue.values)}`
  if (issue.code === 'invalid_union' && 'options' in issue) return sentenceOfTag(issue)
  return `must be ${issue.schema ? wordsOf(issue.schema) : 'what is described for it'}`
}

/** Of a member by which the shapes of a union are told apart. */
function sentenceOfTag({ input, discriminator, options = [] }: TagIssue): string {
  const tag = (input as Record<string, unknown> | undefined)?.[discriminator ?? '']
  return tag === undefined ? MISSING : `must be ${listOf(options as unknown[])}`
}

interface TagIssue {
  readonly input: unknown
  readonly discriminator?: string | undefined
  readonly options?: readonly unknown[] | undefined
}

type Path = readonly PropertyKey[]

function faultsOf(issues: readonly z.core.$ZodIssue[], at: Path): Fault[] {
  const all = issues.flatMap((issue) => expand(issue, [...at, ...issue.path]))
  const byPlace = new Map<string, Fault>()
  for (const one of all) if (!byPlace.has(one.place)) byPlace.set(one.place, one)
  return [...byPlace.values()]
}

function expand(issue: z.core.$ZodIssue, at: Path): Fault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ place: placeOf([...at, key]), fault: UNKNOWN }))
  if (issue.code === 'invalid_key') return [{ place: placeOf(at.slice(0, -1)), fault: keyFault(issue.issues) }]
  const branch = issue.code === 'invalid_union' ? nearestBranch(issue.errors) : undefined
  return branch ? faultsOf(branch, at) : [{ place: placeOf(at), fault: issue.message }]
}

const keyFault = ([issue]: readonly z.core.$ZodIssue[]) => `a name in it ${issue?.message ?? UNKNOWN}`

/** The shape of a union that a value comes closest to; undefined when it is of none of their kinds. */
function nearestBranch(branches: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[] | undefined {
  const near = branches.filter((issues) => !issues.some(isOfAnotherKind))
  return near.sort((a, b) => compare(distance(a), distance(b)))[0]
}

const isOfAnotherKind = ({ path, code }: z.core.$ZodIssue) => path.length === 0 && OF_ANOTHER_KIND.has(String(code))
const OF_ANOTHER_KIND: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union'])

/** First what says that another shape was meant, then what is missing, then what is wrong. */
function distance(issues: readonly z.core.$ZodIssue[]): number[] {
  const others = issues.filter(({ code, message }) => message === LEFT_OUT || isTag(code, message)).length
  const missing = issues.filter(({ message }) => message === MISSING).length
  return [others, missing, issues.length]
}

const isTag = (code: string | undefined, message: string) => code === 'invalid_value' && message !== MISSING

const compare = (a: readonly number[], b: readonly number[]): number =>
  a.map((one, index) => one - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0

/** `body.identifiers[0].type`. A name that no shape could have declared is not repeated. */
function placeOf(path: Path): string {
  const [first, ...rest] = path
  return [first, ...rest.map((part) => (typeof part === 'number' ? `[${part}]` : `.${nameOf(String(part))}`))].join('')
}

const nameOf = (name: string) => (NAMEABLE.test(name) ? name : '?')
