import type { Deps } from '../../platform/deps.ts'
import type { OutboundRequest } from '../../platform/safe-fetch.ts'

/** Reads a configuration (undefined when there is none), adds or replaces one. Throws when the API refuses. */
export interface Management {
  read(path: string): Promise<Record<string, unknown> | undefined>
  create(path: string, config: object): Promise<void>
  replace(path: string, config: object): Promise<void>
}

/** The management API of one application at the server `origin`, as the application's owner would call it. */
export function openManagement(deps: Deps, origin: string, appId: string, managementKey: string): Management {
  const call = async (method: OutboundRequest['method'], path: string, body = '') => {
    const answer = await deps.fetch({
      method,
      url: `${origin}/v2/session/apps/${appId}/${path}`,
      headers: {
        authorization: `Bearer ${managementKey}`,
        ...(body && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      },
      ...(body && { body }),
      timeoutMs: 5_000,
      maxBytes: 64 * 1024,
    })
    if (answer.kind === 'failed') throw new Error(`${path} cannot be reached: ${answer.reason}`)
    const text = answer.body.toString()
    if (answer.status > 201 && answer.status !== 404) throw new Error(`${path} was refused: ${text}`)
    return { status: answer.status, text }
  }
  return {
    async read(path) {
      const { status, text } = await call('GET', path)
      return status === 404 ? undefined : JSON.parse(text).config
    },
    async create(path, config) {
      await call('POST', path, JSON.stringify(config))
    },
    async replace(path, config) {
      await call('PUT', path, JSON.stringify(config))
    },
  }
}
