import { z } from 'zod'
import { ACME, ACME_DOMAIN, ACME_PATH } from './acme.ts'
import { type Antiphon, type Call, call } from './antiphon.ts'
import { type Management, manage } from './management.ts'

const PATH = 'config/login/saml'
/** As which kind of identity provider Antiphon knows Acme's: part of its addresses. */
const PROVIDER = 'acme'

const connection = z.object({
  id: z.string(),
  provider_id: z.string(),
  idp: z.object({ entity_id: z.string() }),
  sp: z.object({ entity_id: z.string(), acs_url: z.string(), signing_certificate: z.string() }),
})

type Connection = z.output<typeof connection>

/** Connections to Acme's identity provider, as the management API tells of them: the demo's own, and what somebody tries besides. */
export async function listConnections(antiphon: Antiphon): Promise<readonly Connection[]> {
  const { connections } = z.object({ connections: z.array(connection) }).parse(await send(antiphon, PATH))
  return connections.filter(({ idp }) => idp.entity_id === ACME)
}

export const ownOf = (connections: readonly Connection[]): Connection | undefined =>
  connections.find(({ provider_id }) => provider_id === PROVIDER)

/**
 * Let Acme's people in, and by its own login alone. Its key is new at each start. A connection stays at the origin where it was made, so at another port
 * it is made anew; what somebody changed of it stays otherwise.
 */
export async function connectAcme(management: Management, antiphon: Antiphon, anew: boolean): Promise<void> {
  const { mode } = await management.readApplication()
  if (mode !== 'dev') return
  const { text } = await call(antiphon, `${ACME_PATH}metadata`)
  const metadata = { idp_metadata_xml: text }
  const present = ownOf(await listConnections(antiphon))
  const path = `${PATH}/${PROVIDER}`
  const isHere = present?.sp.acs_url.startsWith(`${antiphon.origin()}/`)
  if (isHere && !anew) return void (await send(antiphon, `${path}/${present?.id}`, { method: 'PUT', body: metadata }))
  if (present && !isHere) await send(antiphon, `${path}/${present.id}`, { method: 'DELETE' })
  const behavior = {
    jit_provisioning: true,
    allow_email_account_merge: true,
    enforce_login: true,
    email_domain_allowlist: [ACME_DOMAIN],
    default_redirect_uri: `${antiphon.origin()}/demo/`,
  }
  const body = { name: 'Acme', enabled: true, ...metadata, behavior }
  if (isHere) await send(antiphon, `${path}/${present?.id}`, { method: 'PUT', body })
  else await send(antiphon, path, { method: 'POST', body })
}

async function send(antiphon: Antiphon, path: string, options?: Call): Promise<unknown> {
  const { status, text } = await manage(antiphon, path, options)
  if (status > 204) throw new Error(`${path} was refused: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
