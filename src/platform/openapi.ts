import { z } from 'zod'
import { type Endpoint, redirection } from './endpoint.ts'
import { keyParameter, takesKey } from './idempotency/key.ts'
import { type Call, webhooksOf } from './openapi-calls.ts'
import { type Components, contentOf, contentOfBytes, type Json, sorted } from './openapi-components.ts'
import { beforehand, errorResponses, otherResponse, responseOfAny } from './openapi-errors.ts'
import { parametersOf } from './openapi-parameters.ts'
import type { Glossary } from './words.ts'

export interface DocumentInfo {
  readonly audience: Endpoint['audience']
  readonly info: Json
  readonly servers: readonly Json[]
  /** In the order of the document. Those that no operation has are left out. */
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly securitySchemes: Json
  /** What we ask of servers of an application's own. */
  readonly calls?: readonly Call[]
  /** What members mean, and examples of bodies. Without it none are told. */
  readonly words?: Glossary
}

/** The OpenAPI 3.1 document of one audience, from the declarations alone. Schemas with an `id` become components. */
export function openapi(endpoints: readonly Endpoint[], document: DocumentInfo): Json {
  const components: Components = { schemas: {}, examples: {}, words: document.words }
  const paths: Record<string, Json> = {}
  const own = endpoints.filter((one) => one.audience === document.audience)
  for (const endpoint of own) {
    const item = paths[endpoint.path] ?? {}
    item[endpoint.method.toLowerCase()] = operation(endpoint, components)
    paths[endpoint.path] = item
  }
  const whole = { audience: document.audience, response: z.unknown() }
  const { calls = [] } = document
  const webhooks = webhooksOf(calls, components)
  const responses = { Beforehand: responseOfAny(whole, beforehand(document.audience), components) }
  return {
    openapi: '3.1.1',
    info: document.info,
    servers: document.servers,
    security: [],
    tags: document.tags.filter(({ name }) => [...own, ...calls].some(({ tag }) => tag === name)),
    paths,
    ...(calls.length > 0 && { webhooks }),
    components: {
      schemas: sorted(components.schemas),
      ...(components.words && { examples: sorted(components.examples) }),
      responses,
      securitySchemes: document.securitySchemes,
    },
  }
}

function operation(endpoint: Endpoint, components: Components): Json {
  const { operationId } = endpoint
  return {
    tags: [endpoint.tag],
    ...told(endpoint, components.words),
    operationId,
    ...(endpoint.permission && { 'x-permission': endpoint.permission }),
    ...(endpoint.access.security.length > 0 && { security: endpoint.access.security }),
    parameters: [
      ...(endpoint.params ? parametersOf('path', endpoint.params, operationId, components) : []),
      ...(endpoint.query ? parametersOf('query', endpoint.query, operationId, components) : []),
      ...(takesKey(endpoint) ? [keyParameter] : []),
    ],
    ...(endpoint.body && { requestBody: requestBody(endpoint, endpoint.body, components) }),
    responses: {
      [endpoint.status]: success(endpoint, components),
      ...errorResponses(endpoint, components),
      default: otherResponse(endpoint, components),
    },
  }
}

/** The first sentence of the summary is its name; the others, and what the words say besides, describe it. */
function told({ operationId, summary }: Endpoint, words: Glossary | undefined): Json {
  if (!words) return { summary }
  const [name, ...others] = summary.split(/\. (?=[A-Z])/)
  const sentences = [...others.map((one) => `${one}.`), words.meaningOf(operationId) ?? '']
  return { summary: name, description: sentences.join(' ') }
}

function requestBody({ form, upload, operationId }: Endpoint, body: z.ZodType, components: Components): Json {
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  return {
    required: !body.safeParse(undefined).success,
    content: upload
      ? { [upload.mediaType]: contentOfBytes(body, operationId, components) }
      : { [type]: contentOf(body, 'input', operationId, components) },
  }
}

const LOCATION = { Location: { description: 'Where the browser goes on', format: 'uri' } }

function success(endpoint: Endpoint, components: Components): Json {
  const { response, operationId, mediaType = 'application/json' } = endpoint
  const isRedirection = response === redirection
  const hasBody = endpoint.status !== 204 && !isRedirection
  const headers = Object.entries(isRedirection ? { ...LOCATION, ...endpoint.headers } : endpoint.headers).map(
    ([name, { description, ...schema }]) => [name, { description, schema: { type: 'string', ...schema } }],
  )
  return {
    description: descriptionOfSuccess(hasBody, isRedirection),
    ...(hasBody && { content: { [mediaType]: contentOf(response, 'output', operationId, components) } }),
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
  }
}

function descriptionOfSuccess(hasBody: boolean, isRedirection: boolean): string {
  if (isRedirection) return 'Go on elsewhere'
  return hasBody ? 'OK' : 'Done, nothing to say'
}
