import type { Answer } from './connection.ts'

/** A whole HTTP/1.1 POST; each of `headers` ends in CRLF. */
export function post(host: string, path: string, headers: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** A whole HTTP/1.1 GET; each of `headers` ends in CRLF. */
export const get = (host: string, path: string, headers: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`

/** The string member `name` of a JSON object. */
export function stringMember(json: string, name: string): string | undefined {
  const value: unknown = json.startsWith('{') ? JSON.parse(json)[name] : undefined
  return typeof value === 'string' ? value : undefined
}

export function unexpected(answer: Answer): string {
  return `status ${answer.status}: ${answer.body.slice(0, 200)}`
}

/** An address of 10.0.0.0/8 for the client number `index`, as a trusted proxy would report it. */
export function forwardedFor(index: number): string {
  return `X-Forwarded-For: 10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}\r\n`
}
