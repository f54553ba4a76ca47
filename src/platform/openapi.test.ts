import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { type Access, endpoint, noContent } from './endpoint.ts'
import { failures } from './failure.ts'
import { type DocumentInfo, openapi } from './openapi.ts'
import { errorSchemaName, failuresOf } from './openapi-errors.ts'
import { glossary } from './words.ts'

const failure = failures({
  unauthorized: ['unauthorized', 'Who are you?'],
  no_such_thing: ['not_found', 'There is no such thing.'],
  thing_taken: ['conflict', 'Somebody has it.'],
})
const anybody: Access = { name: 'open', failures: [], security: [], resolve: async () => ({}) }
const bearer: Access = {
  name: 'bearer',
  failures: [failure.unauthorized],
  security: [{ token: [] }, { token: [], dpop: [] }],
  resolve: async () => ({}),
}

const info: DocumentInfo = {
  audience: 'frontend',
  info: { title: 'Things', version: '1' },
  servers: [],
  tags: [
    { name: 'Unused', description: 'Nobody has it' },
    { name: 'Things', description: 'What there is' },
  ],
  securitySchemes: {},
}

const base = { audience: 'frontend', tag: 'Things', summary: 'Do it', access: anybody, failures: [] } as const
const done = async () => ({})

/** The document of some endpoints, with its members open to a test. */
function document(...endpoints: Parameters<typeof openapi>[0]) {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests assert
  return openapi(endpoints, info) as any
}

const thing = z.object({ id: z.string(), size: z.int() }).meta({ id: 'Thing' })

const getThing = endpoint({
  ...base,
  method: 'GET',
  path: '/things/{id}',
  operationId: 'getThing',
  params: z.object({ id: z.string().meta({ description: 'Which' }) }),
  query: z.object({ limit: z.string().default('10'), name: z.string() }),
  response: z.object({ things: z.array(thing) }).meta({ id: 'Things' }),
  headers: { 'X-Next': { description: 'Where to go on', format: 'uri' } },
  failures: [failure.no_such_thing],
  handle: async () => ({ body: { things: [] } }),
})

test('named shapes become components, wherever they stand, and the rest refers to them', () => {
  const { paths, components } = document(getThing)
  const ok = paths['/things/{id}'].get.responses[200]
  assert.deepEqual(ok.content['application/json'].schema, { $ref: '#/components/schemas/Things' })
  assert.deepEqual(components.schemas.Things.properties.things.items, { $ref: '#/components/schemas/Thing' })
  assert.deepEqual(components.schemas.Thing, {
    type: 'object',
    properties: { id: { type: 'string' }, size: { type: 'integer' } },
    required: ['id', 'size'],
  })
})

test('parameters stand with their place, need and description', () => {
  assert.deepEqual(document(getThing).paths['/things/{id}'].get.parameters, [
    { name: 'id', in: 'path', required: true, description: 'Which', schema: { type: 'string' } },
    { name: 'limit', in: 'query', required: false, schema: { type: 'string', default: '10' } },
    { name: 'name', in: 'query', required: true, schema: { type: 'string' } },
  ])
})

test('headers of success are described', () => {
  const { headers } = document(getThing).paths['/things/{id}'].get.responses[200]
  assert.deepEqual(headers, { 'X-Next': { description: 'Where to go on', schema: { type: 'string', format: 'uri' } } })
})

test('an answer that is a text stands with its media type', () => {
  const { content } = document({ ...getThing, response: z.string(), mediaType: 'text/xml' }).paths['/things/{id}'].get
    .responses[200]
  assert.deepEqual(content, { 'text/xml': { schema: { type: 'string' } } })
})

test('only the endpoints and tags of the audience are in the document', () => {
  const other = endpoint({
    ...base,
    audience: 'management',
    permission: 'users:write',
    method: 'POST',
    path: '/v2/things',
    operationId: 'createThing',
    tag: 'Unused',
    response: noContent,
    handle: done,
  })
  const { paths, tags } = document(getThing, other)
  assert.deepEqual(Object.keys(paths), ['/things/{id}'])
  assert.deepEqual(tags, [{ name: 'Things', description: 'What there is' }])
})

test('an operation says which permission it needs, if it needs one', () => {
  const managed = { ...getThing, audience: 'management', permission: 'users:read' } as const
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  const { paths } = openapi([managed], { ...info, audience: 'management' }) as any
  assert.equal(paths['/things/{id}'].get['x-permission'], 'users:read')
  assert.equal('x-permission' in document(getThing).paths['/things/{id}'].get, false)
})

test('two methods of one path share it', () => {
  const remove = endpoint({
    ...base,
    method: 'DELETE',
    path: '/things/{id}',
    operationId: 'deleteThing',
    params: z.object({ id: z.string() }),
    response: noContent,
    handle: done,
  })
  const item = document(getThing, remove).paths['/things/{id}']
  assert.deepEqual(Object.keys(item), ['get', 'delete'])
  assert.equal(item.delete.responses[204].content, undefined)
})

test('a body is required unless its shape does without', () => {
  const post = (body: z.ZodType) =>
    document(
      endpoint({
        ...base,
        method: 'POST',
        path: '/p',
        operationId: 'p',
        body,
        status: 201,
        response: thing,
        handle: async () => ({ body: { id: '', size: 0 } }),
      }),
    ).paths['/p'].post
  assert.equal(post(z.object({ a: z.string() })).requestBody.required, true)
  assert.equal(post(z.object({ a: z.string() }).optional()).requestBody.required, false)
  assert.deepEqual(Object.keys(post(z.object({})).responses), ['201', '400', '500', 'default'])
})

test('an operation asks for what its access asks for', () => {
  const secured = endpoint({
    ...base,
    access: bearer,
    method: 'GET',
    path: '/s',
    operationId: 's',
    response: noContent,
    handle: done,
  })
  const { get } = document(secured).paths['/s']
  assert.deepEqual(get.security, [{ token: [] }, { token: [], dpop: [] }])
  assert.equal(document(getThing).paths['/things/{id}'].get.security, undefined)
})

test('errors of an endpoint, its access and everything stand by status', () => {
  const all = endpoint({
    ...base,
    access: bearer,
    method: 'POST',
    path: '/e',
    operationId: 'e',
    body: z.object({}),
    response: noContent,
    failures: [failure.thing_taken, failure.no_such_thing, failure.unauthorized],
    handle: done,
  })
  const codes = ['bad_request', 'unauthorized', 'no_such_thing', 'thing_taken', 'internal']
  assert.deepEqual(
    failuresOf(all).map((one) => one.code),
    codes,
  )
  const { responses } = document(all).paths['/e'].post
  assert.deepEqual(Object.keys(responses), ['204', '400', '401', '404', '409', '500', 'default'])
  assert.deepEqual(responses[404].content['application/json'].schema, { $ref: '#/components/schemas/NoSuchThingError' })
  assert.equal(responses[404].description, '`no_such_thing`: There is no such thing.')
})

test('several errors of one status are alternatives', () => {
  const two = failures({ a: ['conflict', 'A'], b: ['conflict', 'B'] })
  const both = endpoint({
    ...base,
    method: 'GET',
    path: '/b',
    operationId: 'b',
    response: noContent,
    failures: [two.a, two.b],
    handle: done,
  })
  assert.deepEqual(document(both).paths['/b'].get.responses[409].content['application/json'].schema, {
    oneOf: [{ $ref: '#/components/schemas/AError' }, { $ref: '#/components/schemas/BError' }],
  })
})

test('the envelope of an error is that of its audience', () => {
  const constant = (value: string) => ({ type: 'string', enum: [value] })
  assert.deepEqual(document(getThing).components.schemas.NoSuchThingError.properties, {
    code: constant('no_such_thing'),
    type: constant('not_found'),
    message: { type: 'string' },
    request_id: { type: 'string' },
  })
  const managed = openapi([{ ...getThing, audience: 'management' }], { ...info, audience: 'management' })
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  assert.deepEqual((managed as any).components.schemas.NoSuchThingError.properties, {
    code: constant('no_such_thing'),
    status: constant('not_found'),
    message: { type: 'string' },
  })
})

test('two shapes of one name are refused, and so is one code in two families', () => {
  const returning = (operationId: string, response: z.ZodType<object>) =>
    endpoint({
      ...base,
      method: 'GET',
      path: `/${operationId}`,
      operationId,
      response,
      handle: async () => ({ body: {} }),
    })
  const same = z.object({ a: z.string() }).meta({ id: 'Same' })
  const other = z.object({ b: z.string() })
  assert.doesNotThrow(() => document(returning('one', same), returning('two', same)))
  const again = { ...returning('two', other), response: other.meta({ id: 'Same' }) }
  assert.throws(() => document(returning('one', same), again), /two schemas are called Same/)
  const elsewhere = failures({ thing_taken: ['forbidden', 'Never yours.'] })
  const failing = { ...returning('two', other), failures: [elsewhere.thing_taken] }
  const declared = { ...returning('one', same), failures: [failure.thing_taken] }
  assert.throws(() => document(declared, failing), /two schemas are called ThingTakenError/)
})

test('shapes that refuse unknown members say so, others stay open', () => {
  const shape = z.object({ open: z.object({ a: z.int().max(5) }), strict: z.strictObject({ at: z.iso.datetime() }) })
  const one = endpoint({
    ...base,
    method: 'GET',
    path: '/o',
    operationId: 'o',
    response: shape,
    handle: async () => ({ body: { open: { a: 1 }, strict: { at: '' } } }),
  })
  const { properties } = document(one).paths['/o'].get.responses[200].content['application/json'].schema
  assert.deepEqual(properties.open, {
    type: 'object',
    properties: { a: { type: 'integer', maximum: 5 } },
    required: ['a'],
  })
  assert.deepEqual(properties.strict, {
    type: 'object',
    properties: { at: { type: 'string', format: 'date-time' } },
    required: ['at'],
    additionalProperties: false,
  })
})

test('the schema of an error is called after its code', () => {
  assert.equal(errorSchemaName('expired_challenge_token'), 'ExpiredChallengeTokenError')
  assert.equal(errorSchemaName('invalid_dpop_proof'), 'InvalidDPoPProofError')
})

test('with words, members say what they mean and bodies have examples; those of named schemas and of errors stand once', () => {
  const words = glossary({
    id: ['Which one.', 't_1'],
    getThing: ['Tells its size.'],
    things: ['What there is.'],
    limit: ['How many.'],
    name: ['What it is called.', 'Blue'],
    size: ['In metres.', 7],
    Thing: ['One.', { id: 't_1', size: 7 }],
  })
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  const told = openapi([getThing], { ...info, words }) as any
  const { parameters, responses } = told.paths['/things/{id}'].get
  assert.deepEqual([...words.lacking], [])
  assert.deepEqual([parameters[0].description, parameters[0].example], ['Which', 't_1'])
  assert.equal(told.components.schemas.Thing.properties.size.description, 'In metres.')
  assert.deepEqual(responses[200].content['application/json'].examples, {
    example: { $ref: '#/components/examples/Things' },
  })
  assert.deepEqual(told.components.examples.Things, { value: { things: [{ id: 't_1', size: 7 }] } })
  assert.deepEqual(told.components.examples.NoSuchThingError.value, {
    code: 'no_such_thing',
    type: 'not_found',
    message: 'There is no such thing.',
    request_id: 'req_U3pwQk1v8Jb4nTzY',
  })
})
