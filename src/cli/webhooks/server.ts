import { readFileSync } from 'node:fs'
import { readVariable, type Variables } from '../../platform/config.ts'
import { openSafeFetch, type SafeFetch } from '../../platform/safe-fetch.ts'
import { describeFault, misconfigured, type Outcome, refused } from '../outcome.ts'
import { type Call, openApi } from './api.ts'

/** Which application, of which running Antiphon. */
export interface ServerFlags {
  readonly app: string
  readonly server: string
}

/** The ways of a command that works by the management API: to the server, and to wherever a person says. */
export interface Ways {
  readonly call: Call
  readonly fetch: SafeFetch
}

/** Run a command on a running server, with the key and the authority that the variables name. */
export async function withServer(
  variables: Variables,
  { app, server }: ServerFlags,
  work: (ways: Ways) => Promise<Outcome>,
): Promise<Outcome> {
  const read = readVariable(variables, 'ANTIPHON_MANAGEMENT_KEY')
  if (read.kind === 'faults') return misconfigured(read.faults)
  const key = read.value
  if (!key) return misconfigured(['ANTIPHON_MANAGEMENT_KEY: is missing; `antiphon keys create` makes one'])
  const authority = readAuthority(variables.ANTIPHON_CA_FILE)
  if (authority.kind === 'misconfigured') return authority
  const outbound = openSafeFetch({ allowPrivate: true, extraCertificateAuthority: authority.pem })
  try {
    return await work({ call: openApi(outbound, { url: server, app, key }), fetch: outbound.fetch })
  } finally {
    outbound.close()
  }
}

function readAuthority(path: string | undefined) {
  if (!path) return { kind: 'read', pem: undefined } as const
  try {
    return { kind: 'read', pem: readFileSync(path, 'utf8') } as const
  } catch (error) {
    return misconfigured([`ANTIPHON_CA_FILE: ${describeFault(error) ?? error}`])
  }
}

/** What a call was answered, or why it was not. */
export async function answerOf<T>(
  answer: ReturnType<Call>,
): Promise<{ kind: 'answered'; body: T } | ReturnType<typeof refused>> {
  const given = await answer
  return given.kind === 'answered' ? { kind: 'answered', body: given.body as T } : refused(given.reason)
}
