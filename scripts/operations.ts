/** What the command line is built from: the management API in short. */

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly description?: string
}

interface Media {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly parameters: readonly {
    readonly name: string
    readonly in: string
    readonly description?: string
    readonly schema: Schema
  }[]
  readonly requestBody?: Media
}

/** Every operation of a document, in its order. */
export function operationsIn(document: object): object[] {
  const { paths, components } = document as Document
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : resolve(components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {})
  const input = (name: string, given: Schema, description = '') => {
    const schema = resolve(given)
    const values = resolve(givenOf(schema, resolve)).enum
    return {
      name,
      type: typeOf(schema, resolve),
      ...(values && { values }),
      description: description || given.description || schema.description || '',
    }
  }
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, summary, parameters, requestBody }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      summary,
      query: parameters.filter((one) => one.in === 'query').map((one) => input(one.name, one.schema, one.description)),
      ...(requestBody && { body: bodyOf(requestBody, resolve, input) }),
    })),
  )
}

function bodyOf(
  { content = {} }: Media,
  resolve: (schema: Schema) => Schema,
  input: (name: string, schema: Schema) => object,
) {
  const [[mediaType, { schema = {} }] = ['application/json', {}]] = Object.entries(content)
  const { properties = {}, required = [] } = resolve(schema)
  const members = Object.entries(properties).map(([name, one]) => ({
    ...input(name, one),
    ...(required.includes(name) && { required: true }),
  }))
  return { mediaType, members }
}

/** Without the alternative of nothing. */
const givenOf = (schema: Schema, resolve: (schema: Schema) => Schema): Schema =>
  schema.anyOf?.map(resolve).find((one) => one.type !== 'null') ?? schema

/** How a flag is read. */
function typeOf(schema: Schema, resolve: (schema: Schema) => Schema): string {
  const { type, items } = resolve(givenOf(schema, resolve))
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'array') return items && resolve(items).type === 'string' ? 'list' : 'json'
  return type === 'string' || type === 'boolean' ? type : 'json'
}
