import type { ApiAnswer, Channel } from '../api/channel.ts'

/** A call about the webhooks of one application: `path` begins behind its id. */
export type Call = (method: string, path: string, body?: object) => Promise<ApiAnswer>

export const callsOf =
  (channel: Channel, app: string): Call =>
  (method, path, body) =>
    channel({
      method,
      path: `/v2/session/apps/${encodeURIComponent(app)}${path}`,
      ...(body && { body: JSON.stringify(body) }),
    })
