/** Calls a management endpoint of one application, with JSON or with lines of NDJSON, and answers its body; throws when it is refused. */
export type Manage = (method: string, path: string, body?: object | Uint8Array) => Promise<Record<string, unknown>>

/** `path` begins behind `/v2/session/apps/<app>`. */
export function managementOf(address: string, appId: string, key: string): Manage {
  return async (method, path, body) => {
    const response = await fetch(`${address}/v2/session/apps/${appId}${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, ...(body && { 'Content-Type': typeOf(body) }) },
      ...(body && { body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`)
    return text === '' ? {} : JSON.parse(text)
  }
}

const typeOf = (body: object) => (body instanceof Uint8Array ? 'application/x-ndjson' : 'application/json')
