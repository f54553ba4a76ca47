import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parameterCount, patternOf } from './coverage-of-answers.ts'

/** An answer as it leaves the server. Header names are lower case. */
export interface SentAnswer {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** Empty for none. */
  readonly body: string
}

/** Says what of an answer is not as its OpenAPI document has it; undefined when all is, or when it is no operation's. */
export type Contract = (answer: SentAnswer) => string | undefined

type Json = Readonly<Record<string, unknown>>
interface Response {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, Json>>
  readonly headers?: Readonly<Record<string, Json>>
}
interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Response>> }>>>
  >
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties?: Json }>>
    readonly responses: Readonly<Record<string, Response>>
  }
}

/** Headers of every answer, and those that HTTP gives a meaning of their own. */
const OURS =
  /^(x-(?!request-id$|content-type-options$|frame-options$|dns-prefetch-control$|download-options$|permitted-cross-domain-policies$|xss-protection$)|dpop-|location$)/

/** The contract that some documents are, read by a validator that is not ours. Each of its schemas is compiled when it is first needed. */
export function contractOf(documents: readonly Document[]): Contract {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const operations = documents.flatMap((document, index) => {
    ajv.addSchema(withWholeErrors(document), `document${index}`)
    return operationsOf(document, `document${index}`)
  })
  const alike = Map.groupBy(operations, ({ method, path }) => shapeOf(method, path))
  const schemaAt = (pointer: string) => ajv.getSchema(pointer)
  return (answer) => {
    const [path = ''] = answer.url.split('?', 1)
    const found = alike.get(shapeOf(answer.method, path))?.find(({ pattern }) => pattern.test(path))
    const fault = found && faultOf(found, answer, schemaAt)
    return fault && `${answer.method} ${path} answered ${answer.status}, and ${fault}: ${answer.body.slice(0, 500)}`
  }
}

/** The same for a path and its template, for no parameter has a slash. */
const shapeOf = (method: string, path: string) => `${method} ${path.split('/').length}`

/** The pages that errors were taken from say of no member that it is required; in an answer of ours all are there, and nothing else. */
function withWholeErrors(document: Document): Document {
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) => {
    const strict = { required: Object.keys(schema.properties ?? {}), additionalProperties: false }
    return [name, name.endsWith('Error') ? { ...schema, ...strict } : schema]
  })
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(schemas) } }
}

/** A request as it leaves for a server of an application's own. Header names are lower case. */
export interface SentCall {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Says what of a request of ours is not as the document has it under `webhooks`; undefined when all is, or when it is none of these. */
export type CallContract = (call: SentCall) => string | undefined

const HOOKS: Readonly<Record<string, string>> = {
  'Prelude-SessionMigrationHook/1.0': 'migrationHook',
  'Prelude-SessionStepUpHook/1.0': 'stepUpHook',
  'Antiphon-PasswordValidationHook/1.0': 'passwordHook',
  'Antiphon-Messages/1.0': 'messageHook',
}

interface Calls {
  readonly webhooks: Readonly<Record<string, { readonly post?: { readonly requestBody: { readonly content: Json } } }>>
  readonly components: { readonly schemas: object }
}

export function callContractOf({ webhooks, components: { schemas } }: Calls): CallContract {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema({ webhooks: withAnyPayload(webhooks), components: { schemas } }, 'document')
  const faultOfCall = (name: string, body: string): string | undefined => {
    const media = webhooks[name]?.post?.requestBody.content['application/json'] as Media | undefined
    if (!media) return 'the document knows nothing of it'
    const sent = alone(name, body)
    const unknown = Object.keys(sent).filter((member) => !Object.hasOwn(media.schema.properties, member))
    if (unknown.length > 0) return `its members ${unknown.join(', ')} are not declared`
    const at = `document#/webhooks/${name}/post/requestBody/content/application~1json/schema`
    return schemaFault(sent, at, (pointer) => ajv.getSchema(pointer), 'its body')
  }
  return ({ url, headers = {}, body }) => {
    const agent = headers['user-agent'] ?? ''
    if (body === undefined) return undefined
    for (const name of agent === 'Antiphon-Webhooks' ? typesOf(body) : [HOOKS[agent] ?? []].flat()) {
      const fault = faultOfCall(name, body)
      if (fault !== undefined) return `${url} was sent \`${name}\`, and ${fault}: ${body.slice(0, 500)}`
    }
    return undefined
  }
}

interface Media {
  readonly schema: { readonly properties: object }
}

/** What payloads hold is judged where events are told; those that only stand in a queue may be made up. */
const withAnyPayload = (webhooks: object): object =>
  JSON.parse(JSON.stringify(webhooks, (key, value) => (key === 'payload' && 'type' in value ? {} : value)))

const typesOf = (body: string): string[] => [...new Set((JSON.parse(body) as Delivery).events.map(({ type }) => type))]

interface Delivery {
  readonly events: readonly { readonly type: string }[]
}

/** A delivery with the events of one type; a hook's body as it is. */
function alone(name: string, body: string): object {
  const sent = JSON.parse(body)
  return sent.events === undefined
    ? sent
    : { ...sent, events: (sent as Delivery).events.filter(({ type }) => type === name) }
}

/** What is published, in `docs/api/`, of answers and of what we send: `npm run generate` writes it. */
export function published(): { readonly contract: Contract; readonly callContract: CallContract } {
  const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, `../docs/api/${name}.json`), 'utf8'))
  const management = read('management')
  return { contract: contractOf([read('frontend'), management]), callContract: callContractOf(management) }
}

interface Operation {
  readonly method: string
  readonly path: string
  readonly pattern: RegExp
  /** By status, or `default`. */
  readonly responses: ReadonlyMap<string, PlacedResponse>
}

/** With the JSON pointer to it. */
interface PlacedResponse extends Response {
  readonly pointer: string
}

/** Those with the fewest parameters first, for they are meant where several fit. */
function operationsOf(document: Document, root: string): Operation[] {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, { responses }]) => ({
      method: verb.toUpperCase(),
      path,
      pattern: patternOf(path),
      responses: new Map(
        Object.entries(responses).map(([status, response]) => [
          status,
          placed(document, root, response, `#/paths/${pointerPart(path)}/${verb}/responses/${status}`),
        ]),
      ),
    })),
  )
  return all.sort((a, b) => parameterCount(a.path) - parameterCount(b.path))
}

function placed({ components }: Document, root: string, response: Response, at: string): PlacedResponse {
  const name = response.$ref?.replace('#/components/responses/', '')
  const referred = name === undefined ? response : components.responses[name]
  return { ...referred, pointer: `${root}${response.$ref ?? at}` }
}

type SchemaAt = (pointer: string) => ValidateFunction | undefined

/** `default` is for what is answered before the operation begins, which may have a status that the operation has, too. */
function faultOf({ responses }: Operation, answer: SentAnswer, schemaAt: SchemaAt): string | undefined {
  const fitting = [responses.get(String(answer.status)), responses.get('default')].filter((one) => one !== undefined)
  const faults = fitting.map((one) => bodyFault(one, answer, schemaAt) ?? headerFault(one, answer, schemaAt))
  return faults.includes(undefined) ? undefined : (faults[0] ?? 'no such status is declared')
}

function bodyFault({ content, pointer }: PlacedResponse, answer: SentAnswer, schemaAt: SchemaAt): string | undefined {
  if (!content) return answer.body === '' ? undefined : 'no body is declared'
  const type = String(answer.headers['content-type'] ?? '').replace(/;.*$/, '')
  if (!content[type]) return `the media type \`${type}\` is not declared`
  const value = type === 'application/json' && answer.body !== '' ? JSON.parse(answer.body) : answer.body
  return schemaFault(value, `${pointer}/content/${pointerPart(type)}/schema`, schemaAt, 'its body')
}

/** A header that is declared may be missing, for not every success has it. */
function headerFault(
  { headers = {}, pointer }: PlacedResponse,
  answer: SentAnswer,
  schemaAt: SchemaAt,
): string | undefined {
  const declared = new Map(Object.keys(headers).map((name) => [name.toLowerCase(), name]))
  const faults = Object.entries(answer.headers).flatMap(([name, value]) => {
    const known = declared.get(name)
    if (known === undefined)
      return answer.status < 300 && OURS.test(name) ? [`its header \`${name}\` is not declared`] : []
    const at = `${pointer}/headers/${pointerPart(known)}/schema`
    return [value].flat().map((one) => schemaFault(one, at, schemaAt, `its header \`${name}\``))
  })
  return faults.find((fault) => fault !== undefined)
}

function schemaFault(value: unknown, pointer: string, schemaAt: SchemaAt, what: string): string | undefined {
  const validate = schemaAt(pointer)
  if (!validate) return `there is no schema at ${pointer}`
  if (validate(value)) return undefined
  const told = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
  return `${what} does not fit: ${told.slice(0, 5).join(', ')}`
}

/** A part of a JSON pointer within a URI. RFC 6901 §6. */
const pointerPart = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
