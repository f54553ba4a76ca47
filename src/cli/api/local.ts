import { makeOwnKey } from '../../core/access/own-key.ts'
import { type Deps, derive } from '../../platform/deps.ts'
import { openServer } from '../../server.ts'
import { type Channel, readAnswer, straight } from './channel.ts'

/**
 * The management API in this process: the very endpoints that a server has, with their checks and their audit log, over the database of these
 * handles. Nothing listens. `close` ends it.
 */
export async function openLocal(deps: Deps): Promise<{ readonly channel: Channel; close(): Promise<void> }> {
  // A line for each request is for servers.
  const own = derive(deps, { config: { ...deps.config, logRequests: false, tls: undefined } })
  const key = makeOwnKey(own)
  const server = await openServer(own)
  const channel: Channel = async ({ method, path, body, mediaType = 'application/json' }) => {
    const answer = await server.inject({
      method: method as 'GET',
      url: path,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': mediaType }) },
      ...(body !== undefined && { payload: body }),
    })
    return readAnswer({
      status: answer.statusCode,
      body: answer.rawPayload,
      mediaType: answer.headers['content-type']?.toString(),
    })
  }
  return { channel: straight(channel), close: () => server.close() }
}
