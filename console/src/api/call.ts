import { OPERATIONS, type Operations } from './operations.ts'
import { send } from './send.ts'

export type Operation = keyof Operations
export type Answer<O extends Operation> = Operations[O]['answer']
export type Permission = (typeof OPERATIONS)[Operation][2]

/** What a call of an operation names: path, query and body. */
export type Input<O extends Operation> = Omit<Operations[O], 'answer'>

interface AnyInput {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** A request as the management API takes it. */
export interface Request {
  readonly method: string
  readonly url: string
  readonly body?: unknown
}

/** Calls an operation of the management API as the operator who is logged in. */
export async function call<O extends Operation>(
  operation: O,
  input: Input<O>,
  signal?: AbortSignal,
): Promise<Answer<O>> {
  const [, , , takesKey] = OPERATIONS[operation] as readonly [string, string, string, true?]
  const idempotencyKey = takesKey ? crypto.randomUUID() : undefined
  return (await send({ ...requestOf(operation, input), idempotencyKey, signal })) as Answer<O>
}

/** Calls an operation whose body is a file, or a piece of one. */
export async function upload<O extends Operation>(
  operation: O,
  input: Omit<Input<O>, 'body'>,
  bytes: { readonly type: string; readonly body: Blob },
): Promise<Answer<O>> {
  const { method, url } = requestOf(operation, input as Input<O>)
  return (await send({ method, url, bytes })) as Answer<O>
}

export function requestOf<O extends Operation>(operation: O, input: Input<O>): Request {
  const [method, template] = OPERATIONS[operation]
  const { path = {}, query = {}, body } = input as AnyInput
  const address = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return { method, url: search ? `${address}?${search}` : address, body }
}

export const permissionOf = (operation: Operation): Permission => OPERATIONS[operation][2]
