import type { z } from 'zod'
import type { HeaderDoc } from './endpoint.ts'
import { type Components, contentOf, type Json } from './openapi-components.ts'
import { parametersOf } from './openapi-parameters.ts'

/** A request that this server makes to one of an application's own, as it stands under `webhooks` of a document. */
export interface Call {
  /** Its key there, and its operationId. */
  readonly name: string
  readonly tag: string
  readonly summary: string
  readonly description: string
  readonly headers: Readonly<Record<string, HeaderDoc>>
  /** Of a GET, which has no body. */
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** What the other side may answer, and what that does; by status, `4XX` and `default` too. */
  readonly answers: Readonly<Record<string, { readonly description: string; readonly body?: z.ZodType }>>
}

/** The member `webhooks` of a document. OpenAPI 3.1 §4.8.1. */
export const webhooksOf = (calls: readonly Call[], components: Components): Json =>
  Object.fromEntries(calls.map((call) => [call.name, { [call.body ? 'post' : 'get']: operation(call, components) }]))

function operation(call: Call, components: Components): Json {
  const { name, tag, summary, description, body, query, answers } = call
  const headers = Object.entries(call.headers).map(([header, { description: meaning, example, ...format }]) => ({
    name: header,
    in: 'header',
    required: true,
    description: meaning,
    schema: { type: 'string', ...format },
    ...(example !== undefined && { example }),
  }))
  const responses = Object.entries(answers).map(([status, answer]) => [
    status,
    {
      description: answer.description,
      ...(answer.body && { content: { 'application/json': contentOf(answer.body, 'input', name, components) } }),
    },
  ])
  return {
    tags: [tag],
    summary,
    description,
    operationId: name,
    parameters: [...headers, ...(query ? parametersOf('query', query, name, components) : [])],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': contentOf(body, 'output', name, components) } },
    }),
    responses: Object.fromEntries(responses),
  }
}
