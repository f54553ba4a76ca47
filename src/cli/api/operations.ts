import operations from '../../../docs/api/operations.json' with { type: 'json' }

/** A member of a query or a body. */
export interface Input {
  readonly name: string
  readonly type: 'string' | 'number' | 'boolean' | 'list' | 'json'
  /** Where it is one of a few. */
  readonly values?: readonly string[]
  readonly description: string
  /** Of a body that lacks it nothing is made. */
  readonly required?: boolean
}

/** An operation of the management API in short, as `npm run generate` writes it from its declaration. */
export interface Operation {
  readonly id: string
  readonly method: string
  /** With `{name}` for parameters. */
  readonly path: string
  readonly summary: string
  readonly query: readonly Input[]
  readonly body?: { readonly mediaType: string; readonly members: readonly Input[] }
}

export const OPERATIONS = operations as readonly Operation[]

const byId = new Map(OPERATIONS.map((one) => [one.id, one]))

/** Throws for an id that no operation has, which is a bug of whoever declares a command. */
export function operationOf(id: string): Operation {
  const found = byId.get(id)
  if (!found) throw new Error(`no operation ${id}`)
  return found
}

/** Names of the parameters of a path besides the application, in their order. */
export const parametersOf = ({ path }: Operation): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => (name === undefined || name === 'appID' ? [] : [name]))

/** The path with its parameters filled in, each of them one segment of it. */
export const fill = ({ path }: Operation, values: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))

/** The operation that a call goes to; undefined when there is none. `path` has no query. */
export const findOperation = (method: string, path: string): Operation | undefined =>
  OPERATIONS.find((one) => one.method === method && patternOf(one.path).test(path))

const patternOf = (path: string) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)
