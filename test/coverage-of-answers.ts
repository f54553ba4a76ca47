import { appendFileSync } from 'node:fs'
import type { Endpoint } from '../src/platform/endpoint.ts'
import { universal } from '../src/platform/failure.ts'
import { failuresOf } from '../src/platform/openapi-errors.ts'

/** Of all operations, the ones whose `internal` a test must bring about; it is the same code for every other. */
const BROKEN_ON_PURPOSE = ['finalizeLogin']

const file = process.env.ANTIPHON_TEST_ANSWERS

/** Note an answer in the file named by `ANTIPHON_TEST_ANSWERS`, if it is set: `METHOD path status code`, one line each. */
export function noteAnswer(method: string, path: string, status: number, body: unknown): void {
  if (file) appendFileSync(file, `${answerLine(method, path, status, body)}\n`)
}

/** `-` stands for no code. Written in one piece, short enough not to be torn by other processes that append. */
export function answerLine(method: string, path: string, status: number, body: unknown): string {
  const code = typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : '-'
  return `${method} ${path.replace(/[?#].*$/, '')} ${status} ${code}`
}

/** The declared failures that none of these answers was, as `operationId code`, in the order of their declaration. */
export function unansweredFailures(endpoints: readonly Endpoint[], lines: readonly string[]): string[] {
  const routes = endpoints.map((endpoint) => ({ endpoint, pattern: patternOf(endpoint.path) }))
  const answered = new Set<string>()
  for (const line of new Set(lines)) {
    const [method, path = '', , code] = line.split(' ')
    const matching = routes.filter(({ endpoint, pattern }) => endpoint.method === method && pattern.test(path))
    const [route] = matching.sort((a, b) => parameterCount(a.endpoint.path) - parameterCount(b.endpoint.path))
    if (route) answered.add(`${route.endpoint.operationId} ${code}`)
  }
  return endpoints.flatMap((endpoint) =>
    failuresOf(endpoint)
      .filter(({ code }) => code !== universal.internal.code || BROKEN_ON_PURPOSE.includes(endpoint.operationId))
      .map(({ code }) => `${endpoint.operationId} ${code}`)
      .filter((name) => !answered.has(name)),
  )
}

export const parameterCount = (path: string) => path.split('{').length

/** The endpoint that a call reaches, if it reaches one. */
export function endpointOf(endpoints: readonly Endpoint[], method: string, path: string): Endpoint | undefined {
  const matching = endpoints.filter(
    (one) => one.method === method && patternOf(one.path).test(path.replace(/[?#].*$/, '')),
  )
  return matching.sort((a, b) => parameterCount(a.path) - parameterCount(b.path))[0]
}

const patterns = new Map<string, RegExp>()

/** Matches the paths that a template such as `/v1/users/{id}` stands for. */
export function patternOf(template: string): RegExp {
  const made = patterns.get(template) ?? makePattern(template)
  patterns.set(template, made)
  return made
}

function makePattern(template: string): RegExp {
  const parts = template.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^$()[\]\\|]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('[^/]+')}$`)
}
