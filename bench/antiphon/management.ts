/** Calls a management endpoint of one application and answers its body; throws when it is refused. */
export type Manage = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>

/** `path` begins behind `/v2/session/apps/<app>`. */
export function managementOf(address: string, appId: string, key: string): Manage {
  return async (method, path, body) => {
    const response = await fetch(`${address}/v2/session/apps/${appId}${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`)
    return text === '' ? {} : JSON.parse(text)
  }
}
