import { INPUTS } from './inputs.ts'
import { isObject, type Mapping } from './mapping.ts'
import { isRegistered, REGISTERED_CLAIMS } from './registered.ts'

const MAX_BYTES = 4 * 1024
const MAX_MEMBERS = 100
const MAX_DEPTH = 5
const MAX_NAME_CHARS = 128
const OPERATORS = ['$input', '$type', '$custom_claim']

type Members = Readonly<Record<string, unknown>>

/** What is wrong with a mapping, by its place; undefined when nothing is. */
export function findMappingProblem(mapping: Mapping): string | undefined {
  if (Buffer.byteLength(JSON.stringify(mapping)) > MAX_BYTES) return `body.mapping: must be ${MAX_BYTES} bytes at most`
  if (countMembers(mapping) > MAX_MEMBERS) return `body.mapping: must have ${MAX_MEMBERS} members at most`
  const taken = Object.keys(mapping).find(isRegistered)
  if (taken !== undefined)
    return `body.mapping.${taken}: must be another name: ${REGISTERED_CLAIMS.join(', ')} are the server’s own`
  const operator = Object.keys(mapping).find((name) => name.startsWith('$'))
  if (operator !== undefined) return `body.mapping.${operator}: must be within a claim, which has a name of its own`
  return findProblem(mapping, 'body.mapping', 1)
}

function countMembers(value: unknown): number {
  if (Array.isArray(value)) return value.length
  if (!isObject(value)) return 0
  return Object.values(value).reduce<number>((count, one) => count + 1 + countMembers(one), 0)
}

function findProblem(value: unknown, place: string, depth: number): string | undefined {
  if (Array.isArray(value)) return findListProblem(value, place)
  if (!isObject(value)) return undefined
  if (Object.keys(value).some((name) => name.startsWith('$'))) return findOperatorProblem(value, place)
  if (depth > MAX_DEPTH) return `${place}: must not be an object: ${MAX_DEPTH} within one another are the most`
  for (const [name, member] of Object.entries(value)) {
    if (name === '' || name.length > MAX_NAME_CHARS || name === '__proto__')
      return `${place}: must have members whose names are texts of 1 to ${MAX_NAME_CHARS} characters, and not __proto__`
    const problem = findProblem(member, `${place}.${name}`, depth + 1)
    if (problem) return problem
  }
  return undefined
}

/** Lists are copied as they are, so nothing in them may look as if it were read. */
function findListProblem(list: readonly unknown[], place: string): string | undefined {
  const at = list.findIndex((item) => typeof item === 'object' && item !== null)
  return at < 0 ? undefined : `${place}.${at}: must be a text, a number, true, false or null, as all items of a list`
}

function findOperatorProblem(value: Members, place: string): string | undefined {
  const unknown = Object.keys(value).find((name) => !OPERATORS.includes(name))
  if (unknown !== undefined)
    return `${place}.${unknown}: must not be there: an operator is $input with $type, or $custom_claim, and nothing else`
  if ('$custom_claim' in value) return findProfileProblem(value, place)
  const { $input: name, $type: type } = value
  const input = typeof name === 'string' && Object.hasOwn(INPUTS, name) ? INPUTS[name] : undefined
  if (!input) return `${place}.$input: must be one of ${Object.keys(INPUTS).join(', ')}`
  const types: readonly unknown[] = input.types
  return types.includes(type) ? undefined : `${place}.$type: must be ${oneOf(types)}, which ${name} can be had as`
}

function findProfileProblem(value: Members, place: string): string | undefined {
  const other = Object.keys(value).find((name) => name !== '$custom_claim')
  if (other !== undefined) return `${place}.${other}: must not be beside $custom_claim`
  const { $custom_claim: path } = value
  const isPath = typeof path === 'string' && path !== '' && path.length <= MAX_NAME_CHARS
  return isPath ? undefined : `${place}.$custom_claim: must be a text of 1 to ${MAX_NAME_CHARS} characters`
}

const oneOf = (words: readonly unknown[]) => (words.length === 1 ? String(words[0]) : `one of ${words.join(', ')}`)
