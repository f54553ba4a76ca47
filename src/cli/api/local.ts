import { makeOwnKey } from '../../core/access/own-key.ts'
import { pause } from '../../platform/clock.ts'
import { type Deps, derive } from '../../platform/deps.ts'
import { openServer } from '../../server.ts'
import { type Channel, headersOf, readAnswer, straight } from './channel.ts'

/**
 * The management API in this process: the very endpoints that a server has, with their checks and their audit log, over the database of these
 * handles. Nothing listens. `close` ends it.
 */
export async function openLocal(deps: Deps): Promise<{ readonly channel: Channel; close(): Promise<void> }> {
  // A line for each request is for servers.
  const own = derive(deps, { config: { ...deps.config, logRequests: false, tls: undefined } })
  const key = makeOwnKey(own)
  const server = await openServer(own)
  const channel: Channel = async (request) => {
    const { method, path, body } = request
    const isRepeatable = method === 'GET' || method === 'PUT' || request.idempotencyKey !== undefined
    const answer = await untilTaken(isRepeatable, () =>
      server.inject({
        method: method as 'GET',
        url: path,
        headers: { authorization: `Bearer ${key}`, ...headersOf(request) },
        ...(body !== undefined && { payload: typeof body === 'string' ? body : Buffer.from(body) }),
      }),
    )
    return readAnswer({
      status: answer.statusCode,
      body: answer.rawPayload,
      mediaType: answer.headers['content-type']?.toString(),
    })
  }
  return { channel: straight(channel), close: () => server.close() }
}

const TRIES = 40
const PAUSE_MS = 250

/**
 * A server turns away what would wait too long behind others. Here there are no others: what was in the way is this process, or the machine. Nobody knows of
 * a 503 whether something was done before it, so only what can be done twice is.
 */
async function untilTaken<A extends { readonly statusCode: number }>(
  isRepeatable: boolean,
  inject: () => Promise<A>,
): Promise<A> {
  for (let left = isRepeatable ? TRIES : 0; ; left--) {
    const answer = await inject()
    if (answer.statusCode !== 503 || left <= 0) return answer
    await pause(PAUSE_MS)
  }
}
