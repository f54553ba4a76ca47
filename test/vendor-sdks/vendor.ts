import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'

/** What a vendor's token endpoint is asked. */
export interface Asked {
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export type Answer = readonly [status: number, json: object, headers?: Readonly<Record<string, string>>]

/** A vendor on this machine. `away`: it answers 503, as a gateway before it does. */
export interface Vendor {
  readonly origin: string
  away: boolean
}

/** Serve what the documentation of a vendor says of its token endpoint. */
export async function startVendor(answerOf: (asked: Asked) => Answer): Promise<Vendor> {
  const vendor = { origin: '', away: false }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const asked = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() }
    const [status, json, headers]: Answer = vendor.away ? [503, {}] : answerOf(asked)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  vendor.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return vendor
}

/** A JWT whose signature nobody looks at: SDKs read the claims alone. */
export function unsignedJwt(claims: object): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
  return `${part({ alg: 'RS256', typ: 'JWT', kid: '1' })}.${part(claims)}.${part({})}`
}
