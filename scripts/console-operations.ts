/** What the console knows of the management API: the types of every operation, and how and by whom it is called. */
type Json = Readonly<Record<string, unknown>>

interface Operation {
  readonly operationId: string
  readonly 'x-permission': string
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: Json }[]
  readonly requestBody?: { content: Record<string, { schema: Json }> }
  readonly responses: Record<string, { content?: Record<string, { schema: Json }> }>
}

export interface ManagementDocument {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, Json> }
}

const HEAD = '// Generated from the declarations in src/ by `npm run generate`. Do not edit.'

/** `console/src/api/operations.ts`. */
export function consoleOperations({ paths, components }: ManagementDocument): string {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const schemas = Object.entries(components.schemas).filter(([name]) => !name.endsWith('Error'))
  return `${HEAD}

${schemas.map(([name, schema]) => `export type ${name} = ${typeOf(schema)}`).join('\n')}

export interface Operations {
${all.map(({ operation }) => `  ${operation.operationId}: ${callOf(operation)}`).join('\n')}
}

/** Method, path, permission that it needs, and whether it takes an idempotency key. */
export const OPERATIONS = {
${all.map((one) => `  ${one.operation.operationId}: ${lineOf(one)},`).join('\n')}
} as const
`
}

function lineOf({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const takesKey = operation.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false
  return JSON.stringify([method, path, operation['x-permission'], ...(takesKey ? [true] : [])])
}

function callOf({ parameters = [], requestBody, responses }: Operation): string {
  const members = [
    ...(['path', 'query'] as const).map((place) => {
      const own = parameters.filter((one) => one.in === place)
      const isNeeded = own.some(({ required }) => required)
      const fields = own.map(({ name, required, schema }) => field(name, required ?? false, schema))
      return own.length === 0 ? '' : `${place}${isNeeded ? '' : '?'}: { ${fields.join('; ')} }`
    }),
    requestBody && `body: ${typeOf(schemaIn(requestBody.content))}`,
    `answer: ${answerOf(responses)}`,
  ]
  return `{ ${members.filter(Boolean).join('; ')} }`
}

const field = (name: string, isNeeded: boolean, schema: Json): string =>
  isNeeded ? `${name}: ${typeOf(schema)}` : `${name}?: ${typeOf(schema)} | undefined`

function answerOf(responses: Operation['responses']): string {
  const [, answer] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? []
  return answer?.content ? typeOf(schemaIn(answer.content)) : 'undefined'
}

const schemaIn = (content: Record<string, { schema: Json }>): Json =>
  content['application/json']?.schema ?? { type: 'string' }

/** The TypeScript type of what a JSON Schema describes. */
export function typeOf(schema: Json): string {
  const { $ref, const: only, enum: some, oneOf, anyOf, type } = schema
  if (typeof $ref === 'string') return $ref.split('/').at(-1) ?? 'unknown'
  if (only !== undefined) return JSON.stringify(only)
  if (Array.isArray(some)) return some.map((one) => JSON.stringify(one)).join(' | ')
  const either = oneOf ?? anyOf
  if (Array.isArray(either)) return `(${either.map(typeOf).join(' | ')})`
  if (Array.isArray(type)) return `(${type.map((one) => typeOf({ ...schema, type: one })).join(' | ')})`
  if (type === 'array') return `(${typeOf((schema.items ?? {}) as Json)})[]`
  if (type === 'object') return objectOf(schema)
  if (type === 'integer') return 'number'
  return typeof type === 'string' ? type : 'unknown'
}

function objectOf({ properties = {}, required = [], additionalProperties }: Json): string {
  const needed = required as readonly string[]
  const fields = Object.entries(properties as Record<string, Json>).map(([name, schema]) =>
    field(JSON.stringify(name), needed.includes(name), schema),
  )
  if (fields.length > 0) return `{ ${fields.join('; ')} }`
  const values = typeof additionalProperties === 'object' ? typeOf(additionalProperties as Json) : 'unknown'
  return `{ [name: string]: ${values} }`
}
