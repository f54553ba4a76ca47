import { z } from 'zod'
import type { Cookie } from './cookie.ts'
import type { Deps } from './deps.ts'
import { Failed, type Failure, type Refusal } from './failure.ts'
import { idempotencyFailure, takesKey } from './idempotency/key.ts'
import type { Permission } from './permissions.ts'

/** What a handler may know of the HTTP request. Header names are lower case. */
export interface HttpRequest {
  readonly id: string
  readonly method: string
  /** Path and query, as received. */
  readonly url: string
  /** The Host header; never a forwarded one, which clients could write. */
  readonly authority: string
  /** Address of the client: the peer, or what a trusted proxy says. */
  readonly ip: string
  /** Whether the peer itself is a trusted proxy. */
  readonly proxied: boolean
  /** Whether a trusted proxy names the client by what is no address: then `ip` is that of the proxy. */
  readonly unnamed?: boolean
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly cookies: Readonly<Record<string, string | undefined>>
  /** Id of the application that it is for, as soon as that is found out: for the log. */
  appId?: string | undefined
}

/**
 * Who may call. `resolve` answers what the handler gets to know of the caller, or why the call is refused. `permission` is what the operation
 * needs, where callers differ in what they are allowed.
 */
export interface Access<Grant extends object = object> {
  readonly name: string
  readonly failures: readonly Failure[]
  /** What its protocol may ask of the client before the operation begins. Documented apart from the failures, as the `default` answer. */
  readonly challenges?: readonly Failure[]
  /** OpenAPI security requirements, alternatives first to last; empty when anybody may call. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  resolve(
    request: HttpRequest,
    params: Readonly<Record<string, string>>,
    deps: Deps,
    permission: Permission | undefined,
  ): Promise<Grant | Refused>
}

/** An access that was denied. */
export class Refused {
  readonly refusal: Refusal
  constructor(failure: Failure, headers?: Record<string, string>, message?: string) {
    this.refusal = { failure, ...(headers && { headers }), ...(message !== undefined && { message }) }
  }
}

/** The answer of an endpoint with nothing to say: 204, no body. */
export const noContent = z.undefined()

/**
 * The answer of an endpoint that a browser navigates to: 303 to `location`. Whoever only looks (HEAD, a prefetch) does not get to the handler,
 * and a browser is told of a failure by a page.
 */
export const redirection = z.undefined()

type Shape = z.ZodType
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Out<S> = S extends Shape ? z.output<S> : undefined
type HeaderDocs = Readonly<Record<string, HeaderDoc>>
type FailWith<F extends readonly Failure[]> = (
  failure: F[number],
  extra?: { headers?: Record<string, string>; message?: string },
) => never

export interface HeaderDoc {
  readonly description: string
  readonly format?: string
  readonly example?: string
}

export interface Answer<Body = unknown, Header extends string = string> {
  readonly body?: Body
  readonly headers?: Partial<Record<Header, string>>
  readonly cookies?: readonly Cookie[]
  /** Of a `redirection`: a URL, or a path of the same origin. */
  readonly location?: string
}

/** A body that is taken as the bytes that were sent, and not as JSON. */
export interface Upload {
  readonly mediaType: string
  /** In place of the limit of every other body. */
  readonly maxBytes: number
}

/** The `body` of an endpoint that takes an upload. */
export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'is empty')

/** What a call tries to sign in by; `finalize` is where each of the others becomes a session. */
export type SignIn =
  | 'code'
  | 'password'
  | 'sign_up'
  | 'provider'
  | 'company'
  | 'passkey'
  | 'legacy_session'
  | 'finalize'

/** An endpoint with its types erased: what the router, OpenAPI and the tests see. */
export interface Endpoint {
  readonly method: Method
  readonly path: string
  /** Where it answers for one release more, in no document. */
  readonly formerPaths?: readonly string[]
  readonly audience: 'frontend' | 'management' | 'console'
  readonly operationId: string
  /** What a management key must be allowed. */
  readonly permission?: Permission
  /** Whether an operator of the console has to prove a moment before who they are. */
  readonly sudo?: boolean
  /** Why calls leave no row in the audit log, of a management operation that is no GET and changes nothing. */
  readonly audit?: { readonly none: string }
  /** A call is a try to sign in: it is counted, and a refusal is told in the log. */
  readonly signIn?: SignIn
  readonly tag: string
  readonly summary: string
  readonly access: Access
  readonly params?: Shape
  readonly query?: Shape
  readonly body?: Shape
  /** Whether the body is a form, and no JSON. */
  readonly form?: boolean
  /** The body is `bytes`. Who calls is judged before it is read. */
  readonly upload?: Upload
  readonly maxBodyBytes?: number
  readonly response: Shape
  readonly mediaType?: string
  readonly status: number
  readonly headers: HeaderDocs
  /** Everything it can answer besides success: its own failures and those of its access. */
  readonly failures: readonly Failure[]
  run(input: RunInput, deps: Deps): Promise<Answer>
}

interface RunInput {
  readonly grant: object
  readonly request: HttpRequest
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

interface Spec<Grant extends object, R extends Shape, F extends readonly Failure[], P, Q, B, H extends HeaderDocs> {
  method: Method
  /** With `{name}` for parameters. */
  path: string
  /** Where it answers for one release more, in no document. */
  formerPaths?: readonly string[]
  operationId: string
  signIn?: SignIn
  tag: string
  summary: string
  access: Access<Grant>
  params?: P
  query?: Q
  body?: B
  /** The body is `application/x-www-form-urlencoded`, and no JSON. */
  form?: boolean
  /** The body is `bytes`. Who calls is judged before it is read. */
  upload?: Upload
  /** Of a form or JSON, in place of the limit of every other body. Who calls is judged before it is read. */
  maxBodyBytes?: number
  response: R
  /** Of an answer that is a text, and no JSON. */
  mediaType?: string
  /** Of success. Default: 204 for `noContent`, 303 for `redirection`, else 200. */
  status?: 200 | 201 | 202
  /** Headers that success may carry. */
  headers?: H
  failures: F
  handle(
    input: Grant & { request: HttpRequest; params: Out<P>; query: Out<Q>; body: Out<B>; fail: FailWith<F> },
    deps: Deps,
  ): Promise<Answer<z.input<R>, keyof H & string>>
}

/** Whose API it belongs to; every management operation names the permission that it needs. */
export type Audience =
  | { audience: 'frontend' | 'console'; permission?: never }
  | { audience: 'management'; permission: Permission; sudo?: boolean; audit?: { readonly none: string } }

/** Declare an endpoint: the one place its path, shapes, access and failures are written. */
export function endpoint<
  Grant extends object,
  R extends Shape,
  const F extends readonly Failure[],
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  B extends Shape | undefined = undefined,
  const H extends HeaderDocs = Record<never, never>,
>(spec: Spec<Grant, R, F, P, Q, B, H> & Audience): Endpoint {
  const { handle, ...declared } = spec
  const erased = handle as (input: object, deps: Deps) => Promise<Answer>
  const status = spec.status ?? statusOfSuccess(spec.response)
  const ofKey = takesKey({ ...spec, status }) ? Object.values(idempotencyFailure) : []
  return {
    ...(declared as unknown as Omit<Endpoint, 'status' | 'headers' | 'failures' | 'run'>),
    status,
    headers: spec.headers ?? {},
    failures: [...new Set([...spec.access.failures, ...spec.failures, ...ofKey])],
    run: ({ grant, ...input }, deps) => erased({ ...grant, ...input, fail }, deps),
  }
}

function statusOfSuccess(response: Shape): number {
  if (response === noContent) return 204
  return response === redirection ? 303 : 200
}

function fail(failure: Failure, extra?: { headers?: Record<string, string>; message?: string }): never {
  throw new Failed({ failure, ...extra })
}
