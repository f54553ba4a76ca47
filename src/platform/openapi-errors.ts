import { type Endpoint, redirection } from './endpoint.ts'
import { type Failure, statusOf, universal } from './failure.ts'
import { addExample, addSchema, type Components, type Json } from './openapi-components.ts'

/** Every failure an endpoint can answer, in the order of status, those of every endpoint included. */
export function failuresOf(endpoint: Endpoint): readonly Failure[] {
  const invalid = endpoint.audience === 'management' ? universal.invalid_request : universal.bad_request
  const takesInput = endpoint.params || endpoint.query || endpoint.body
  const all = [...(takesInput ? [invalid] : []), ...endpoint.failures, universal.internal]
  const byCode = new Map(all.map((failure) => [failure.code, failure]))
  return [...byCode.values()].sort((a, b) => statusOf[a.family] - statusOf[b.family])
}

/** `expired_challenge_token` → `ExpiredChallengeTokenError`. */
export function errorSchemaName(code: string): string {
  const words = code.split('_').map((word) => (word === 'dpop' ? 'DPoP' : word[0]?.toUpperCase() + word.slice(1)))
  return `${words.join('')}Error`
}

export function errorResponses(endpoint: Endpoint, components: Components): Json {
  const byStatus = Map.groupBy(failuresOf(endpoint), (failure) => statusOf[failure.family])
  const entries = [...byStatus].map(([status, failures]) => {
    const description = failures.map((failure) => `\`${failure.code}\`: ${failure.message}`).join('\n\n')
    return [status, { description, content: contentOfErrors(endpoint, failures, components) }]
  })
  return Object.fromEntries(entries)
}

/** What any operation of an audience may answer before it begins: a request that is not read, an address that names nothing, a busy server. */
export const beforehand = (audience: Endpoint['audience']): readonly Failure[] => [
  audience === 'management' ? universal.invalid_request : universal.bad_request,
  universal.not_found,
  universal.overloaded,
]

/**
 * What is answered before the operation begins, whatever its status. Under `default`, so that the list of an operation's own failures stays
 * what is published for it.
 */
export function otherResponse(endpoint: Endpoint, components: Components): Json {
  const { challenges = [] } = endpoint.access
  if (challenges.length === 0 && endpoint.response !== redirection) return { $ref: '#/components/responses/Beforehand' }
  return responseOfAny(endpoint, [...challenges, ...beforehand(endpoint.audience)], components)
}

type Answering = Pick<Endpoint, 'audience' | 'response'>

export function responseOfAny(endpoint: Answering, failures: readonly Failure[], components: Components): Json {
  const lines = failures.map((one) => `${statusOf[one.family]} \`${one.code}\`: ${one.message}`)
  return { description: lines.join('\n\n'), content: contentOfErrors(endpoint, failures, components) }
}

/** A navigation is told of its failure by a page. */
const PAGE = {
  'text/html': { schema: { type: 'string' }, example: '<!doctype html><title>This did not work</title>…' },
}

function contentOfErrors(
  { audience, response }: Answering,
  failures: readonly Failure[],
  components: Components,
): Json {
  const schemas = failures.map((one) => addSchema(components, errorSchemaName(one.code), schemaOf(audience, one)))
  const examples = failures.map(
    (one) => [one.code, addExample(components, errorSchemaName(one.code), exampleOf(audience, one))] as const,
  )
  const schema = schemas.length === 1 ? schemas[0] : { oneOf: schemas }
  return {
    'application/json': { schema, ...(components.words && { examples: Object.fromEntries(examples) }) },
    ...(response === redirection && PAGE),
  }
}

const familyOf = (audience: Endpoint['audience']) => (audience === 'frontend' ? 'type' : 'status')
const constant = (value: string) => ({ type: 'string', enum: [value] })

/** What its members mean is told once, for all errors, at the head of the document. */
function schemaOf(audience: Endpoint['audience'], { code, family }: Failure): Json {
  const tail = audience === 'frontend' ? { request_id: { type: 'string' } } : {}
  const properties = { code: constant(code), [familyOf(audience)]: constant(family), message: { type: 'string' } }
  return { type: 'object', properties: { ...properties, ...tail } }
}

const exampleOf = (audience: Endpoint['audience'], { code, family, message }: Failure): Json => ({
  code,
  [familyOf(audience)]: family,
  message,
  ...(audience === 'frontend' && { request_id: 'req_U3pwQk1v8Jb4nTzY' }),
})
