import type { Deps } from '../../platform/deps.ts'

/**
 * Tell Antiphon to ask Larkspur whose a legacy session is, over the management API, as an application's owner would.
 * `address` is where the server listens. Throws when the API refuses.
 */
export async function connectLegacyApp(
  deps: Deps,
  address: string,
  appId: string,
  managementKey: string,
): Promise<void> {
  const { origin } = Object.assign(new URL(address), { hostname: 'localhost' })
  const body = JSON.stringify({ session_validation_url: `${origin}/demo/legacy/validate` })
  const put = (method: 'PUT' | 'POST') =>
    deps.fetch({
      method,
      url: `${origin}/v2/session/apps/${appId}/config/migration`,
      headers: {
        authorization: `Bearer ${managementKey}`,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
      },
      body,
      timeoutMs: 5_000,
      maxBytes: 64 * 1024,
    })
  const replaced = await put('PUT')
  const answer = replaced.kind === 'answered' && replaced.status === 404 ? await put('POST') : replaced
  if (answer.kind === 'failed') throw new Error(`the migration configuration could not be written: ${answer.reason}`)
  if (answer.status > 201) throw new Error(`the migration configuration was refused: ${answer.body.toString()}`)
}
