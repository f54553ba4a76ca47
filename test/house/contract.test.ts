import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frontendDocument } from '../../src/documents.ts'
import { parseYaml, readSeed } from './seed.ts'

interface Schema {
  readonly $ref?: string
  readonly oneOf?: readonly Schema[]
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<
    Record<string, { readonly content?: Content; readonly headers?: Readonly<Record<string, { schema: Schema }>> }>
  >
}

interface Document {
  readonly security: readonly unknown[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** What errors of ours say besides. */
const OURS = ['message', 'request_id']

/** As much of an operation as a client may rely on, in a form that leaves nothing to word order. */
function contractOf(document: Document, path: string, method: string) {
  const operation = document.paths[path]?.[method]
  assert.ok(operation, `${method} ${path}`)
  const { operationId, summary, tags, requestBody, responses } = operation
  // What the transport or DPoP itself may answer to any operation is no part of this one's list.
  const { default: _, ...own } = responses
  return {
    operationId,
    summary,
    tags,
    request: { required: requestBody?.required, content: contentOf(document, requestBody?.content) },
    responses: mapValues(own, ({ content, headers = {} }) => ({
      content: contentOf(document, content),
      headers: mapValues(headers, ({ schema }) => typeOf(schema)),
    })),
  }
}

/** By media type the schemas that a body is one of, by name. */
function contentOf(document: Document, content: Content = {}) {
  return mapValues(content, ({ schema }) => {
    const alternatives = schema.oneOf ?? [schema]
    return Object.fromEntries(alternatives.map((one) => namedShape(document, one)).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

function namedShape(document: Document, { $ref = '' }: Schema): [string, object] {
  const name = $ref.replace('#/components/schemas/', '')
  const schema = document.components.schemas[name]
  assert.ok(schema, `a body is a named schema, and ${$ref} is none`)
  const properties = Object.entries(schema.properties ?? {})
  const known = name.endsWith('Error') ? properties.filter(([member]) => !OURS.includes(member)) : properties
  const members = mapValues(Object.fromEntries(known), typeOf)
  return [name, { type: schema.type, required: [...(schema.required ?? [])].sort(), members }]
}

const typeOf = ({ type, format, enum: values }: Schema) => ({ type, format, enum: values })

function mapValues<T, U>(object: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}

const ours = frontendDocument() as unknown as Document

for (const [page, operations] of [
  ['finalize-login.md', ['post /v1/session/login/finalize']],
  ['session-migration.md', ['post /v1/session/migration']],
] as const) {
  const seed = readSeed(page) as unknown as Document

  test(`${page} asks for what this test looks at`, () => {
    const asked = Object.entries(seed.paths).flatMap(([path, item]) =>
      Object.keys(item).map((verb) => `${verb} ${path}`),
    )
    assert.deepEqual(asked, operations)
  })

  for (const operation of operations) {
    test(`${operation} is what ${page} says: names, shapes, headers, statuses and errors`, () => {
      const [method = '', path = ''] = operation.split(' ')
      assert.deepEqual(contractOf(ours, path, method), contractOf(seed, path, method))
    })
  }

  test(`an operation asks for credentials only where it says so, as in ${page}`, () => {
    assert.deepEqual(ours.security, seed.security)
  })
}

test('a contract names every schema and status of the page it was read from', () => {
  const seed = readSeed('finalize-login.md') as unknown as Document
  const contract = JSON.stringify(contractOf(seed, '/v1/session/login/finalize', 'post'))
  for (const name of Object.keys(seed.components.schemas)) assert.ok(contract.includes(`"${name}"`), name)
  for (const status of ['200', '400', '401', '409', '429', '500']) assert.ok(contract.includes(`"${status}"`), status)
})

test('the YAML of the pages is read, and what is not understood is refused', () => {
  const text = [
    "a: 'it''s'",
    'b:',
    '  - c: 1',
    '    d: >-',
    '      one',
    '      two',
    '  - e',
    'f: []',
    'g: true',
    'h:',
  ].join('\n')
  assert.deepEqual(parseYaml(text), {
    a: "it's",
    b: [{ c: 1, d: 'one two' }, 'e'],
    f: [],
    g: true,
    h: null,
  })
  for (const bad of ['a: [1]', 'a: &x 1', 'a: 1\na: 2', 'a: 1\n   b: 2', 'a', 'a: 1 # more', 'a: "x\\n"'])
    assert.throws(() => parseYaml(bad), bad)
})
