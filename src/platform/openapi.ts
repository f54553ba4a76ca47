import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type Endpoint, redirection } from './endpoint.ts'
import { type Failure, statusOf, universal } from './failure.ts'
import { keyParameter, takesKey } from './idempotency/key.ts'

type Json = Record<string, unknown>

export interface DocumentInfo {
  readonly audience: Endpoint['audience']
  readonly info: Json
  readonly servers: readonly Json[]
  /** In the order of the document. Those that no operation has are left out. */
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly securitySchemes: Json
}

/** The OpenAPI 3.1 document of one audience, from the declarations alone. Schemas with an `id` become components. */
export function openapi(endpoints: readonly Endpoint[], document: DocumentInfo): Json {
  const schemas: Json = {}
  const paths: Record<string, Json> = {}
  const own = endpoints.filter((one) => one.audience === document.audience)
  for (const endpoint of own) {
    const item = paths[endpoint.path] ?? {}
    item[endpoint.method.toLowerCase()] = operation(endpoint, schemas)
    paths[endpoint.path] = item
  }
  const whole = { audience: document.audience, response: z.unknown() }
  const responses = { Beforehand: responseOfAny(whole, beforehand(document.audience), schemas) }
  return {
    openapi: '3.1.1',
    info: document.info,
    servers: document.servers,
    security: [],
    tags: document.tags.filter(({ name }) => own.some((endpoint) => endpoint.tag === name)),
    paths,
    components: { schemas: sorted(schemas), responses, securitySchemes: document.securitySchemes },
  }
}

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

function operation(endpoint: Endpoint, schemas: Json): Json {
  const content = (schema: z.ZodType, io: 'input' | 'output', type = 'application/json') => ({
    [type]: { schema: toSchema(schema, io, schemas) },
  })
  const bodyType = endpoint.form
    ? 'application/x-www-form-urlencoded'
    : (endpoint.upload?.mediaType ?? 'application/json')
  const isRedirection = endpoint.response === redirection
  const hasBody = endpoint.status !== 204 && !isRedirection
  const headers = Object.entries(isRedirection ? { ...LOCATION, ...endpoint.headers } : endpoint.headers).map(
    ([name, { description, ...schema }]) => [name, { description, schema: { type: 'string', ...schema } }],
  )
  return {
    tags: [endpoint.tag],
    summary: endpoint.summary,
    operationId: endpoint.operationId,
    ...(endpoint.permission && { 'x-permission': endpoint.permission }),
    ...(endpoint.access.security.length > 0 && { security: endpoint.access.security }),
    parameters: [
      ...parameters('path', endpoint.params, schemas),
      ...parameters('query', endpoint.query, schemas),
      ...(takesKey(endpoint) ? [keyParameter] : []),
    ],
    ...(endpoint.body && {
      requestBody: {
        required: !endpoint.body.safeParse(undefined).success,
        content: content(endpoint.body, 'input', bodyType),
      },
    }),
    responses: {
      [endpoint.status]: {
        description: descriptionOfSuccess(hasBody, isRedirection),
        ...(hasBody && { content: content(endpoint.response, 'output', endpoint.mediaType) }),
        ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
      },
      ...errorResponses(endpoint, schemas),
      default: otherResponse(endpoint, schemas),
    },
  }
}

const LOCATION = { Location: { description: 'Where the browser goes on', format: 'uri' } }

function descriptionOfSuccess(hasBody: boolean, isRedirection: boolean): string {
  if (isRedirection) return 'Go on elsewhere'
  return hasBody ? 'OK' : 'Done, nothing to say'
}

function parameters(place: 'path' | 'query', shape: z.ZodType | undefined, schemas: Json): Json[] {
  if (!shape) return []
  const { properties = {}, required = [] } = toSchema(shape, 'input', schemas) as {
    properties?: Json
    required?: string[]
  }
  return Object.entries(properties as Record<string, Json>).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }))
}

function errorResponses(endpoint: Endpoint, schemas: Json): Json {
  const byStatus = Map.groupBy(failuresOf(endpoint), (failure) => statusOf[failure.family])
  const entries = [...byStatus].map(([status, failures]) => {
    const refs = failures.map((failure) => errorRef(endpoint, failure, schemas))
    const description = failures.map((failure) => `\`${failure.code}\`: ${failure.message}`).join('\n\n')
    const schema = refs.length === 1 ? refs[0] : { oneOf: refs }
    return [status, { description, content: contentOfError(endpoint, schema) }]
  })
  return Object.fromEntries(entries)
}

/** What any operation of an audience may answer before it begins: a request that is not read, an address that names nothing, a busy server. */
const beforehand = (audience: Endpoint['audience']): readonly Failure[] => [
  audience === 'management' ? universal.invalid_request : universal.bad_request,
  universal.not_found,
  universal.overloaded,
]

/**
 * What is answered before the operation begins, whatever its status. Under `default`, so that the list of an operation's own failures stays
 * what is published for it.
 */
function otherResponse(endpoint: Endpoint, schemas: Json): Json {
  const { challenges = [] } = endpoint.access
  if (challenges.length === 0 && endpoint.response !== redirection) return { $ref: '#/components/responses/Beforehand' }
  return responseOfAny(endpoint, [...challenges, ...beforehand(endpoint.audience)], schemas)
}

function responseOfAny(
  endpoint: Pick<Endpoint, 'audience' | 'response'>,
  failures: readonly Failure[],
  schemas: Json,
): Json {
  const lines = failures.map((one) => `${statusOf[one.family]} \`${one.code}\`: ${one.message}`)
  const oneOf = failures.map((one) => errorRef(endpoint, one, schemas))
  return { description: lines.join('\n\n'), content: contentOfError(endpoint, { oneOf }) }
}

const contentOfError = ({ response }: Pick<Endpoint, 'response'>, schema: Json | undefined): Json => ({
  'application/json': { schema },
  ...(response === redirection && { 'text/html': { schema: { type: 'string' } } }),
})

function errorRef(endpoint: Pick<Endpoint, 'audience'>, failure: Failure, schemas: Json): Json {
  const name = errorSchemaName(failure.code)
  const constant = (value: string) => ({ type: 'string', enum: [value] })
  const family = { [endpoint.audience === 'frontend' ? 'type' : 'status']: constant(failure.family) }
  const tail = endpoint.audience === 'frontend' ? { request_id: { type: 'string' } } : {}
  addSchema(schemas, name, {
    type: 'object',
    properties: { code: constant(failure.code), ...family, message: { type: 'string' }, ...tail },
  })
  return { $ref: `#/components/schemas/${name}` }
}

/** JSON Schema 2020-12 of a zod shape; named shapes move to `schemas` and leave a reference. */
function toSchema(shape: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $schema: _, ...whole } = z.toJSONSchema(shape, { io, unrepresentable: 'any', override: tidy }) as Json
  const { $defs = {}, ...schema } = JSON.parse(
    JSON.stringify(whole).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as Json
  for (const [name, definition] of Object.entries($defs as Record<string, Json>)) addSchema(schemas, name, definition)
  return schema
}

/** Takes out what says nothing: the bounds of any integer, the expression behind a format; and leaves open what is not declared strict. */
const tidy: NonNullable<z.core.ToJSONSchemaParams['override']> = ({ zodSchema, jsonSchema }) => {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
  const { def } = zodSchema._zod
  if (def.type === 'object' && !def.catchall) delete jsonSchema.additionalProperties
}

function addSchema(schemas: Json, name: string, schema: Json) {
  if (schemas[name] && !isDeepStrictEqual(schemas[name], schema)) throw new Error(`two schemas are called ${name}`)
  schemas[name] = schema
}

const sorted = (object: Json): Json => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
