import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import type { OutboundRequest } from '../../platform/safe-fetch.ts'

const HOOK_PATH = '/demo/legacy/validate'

const configured = z.object({ config: z.object({ session_validation_url: z.string().optional() }) })

/**
 * Tell Antiphon to ask Larkspur whose a legacy session is, over the management API, as an application's owner would. A configuration that
 * names somebody else stays. `address` is where the server listens. Throws when the API refuses.
 */
export async function connectLegacyApp(
  deps: Deps,
  address: string,
  appId: string,
  managementKey: string,
): Promise<void> {
  const { origin } = Object.assign(new URL(address), { hostname: 'localhost' })
  const call = async (method: OutboundRequest['method'], body = '') => {
    const answer = await deps.fetch({
      method,
      url: `${origin}/v2/session/apps/${appId}/config/migration`,
      headers: {
        authorization: `Bearer ${managementKey}`,
        ...(body && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      },
      ...(body && { body }),
      timeoutMs: 5_000,
      maxBytes: 64 * 1024,
    })
    if (answer.kind === 'failed') throw new Error(`the migration configuration cannot be reached: ${answer.reason}`)
    const text = answer.body.toString()
    if (answer.status > 201 && answer.status !== 404)
      throw new Error(`the migration configuration was refused: ${text}`)
    return { status: answer.status, text }
  }

  const present = await call('GET')
  if (present.status === 200) {
    const { config } = configured.parse(JSON.parse(present.text))
    if (!config.session_validation_url?.endsWith(HOOK_PATH)) return
  }
  const body = JSON.stringify({ session_validation_url: `${origin}${HOOK_PATH}` })
  await call(present.status === 404 ? 'POST' : 'PUT', body)
}
