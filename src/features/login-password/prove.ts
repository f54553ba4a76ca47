import type { Application } from '../../core/applications/application.ts'
import { admitCode } from '../../core/verifications/admission.ts'
import { clientOf } from '../../core/verifications/asker.ts'
import { findOtpConfig } from '../../core/verifications/configs.ts'
import { localeFor } from '../../core/verifications/locale.ts'
import { type PasswordLogin, writePasswordLogin } from '../../core/verifications/password-login.ts'
import { startVerification } from '../../core/verifications/verification.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'

export type ProofStart = { kind: 'sent'; token: string } | { kind: 'no_login_config' | 'limited' }

/** Send the code that proves the address of a login whose password was right. It is entered like the code of any login. */
export async function startProof(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  email: string,
  login: PasswordLogin,
): Promise<ProofStart> {
  const identifier = { type: 'email_address', value: email } as const
  const config = await findOtpConfig(deps.db, app, 'email')
  if (!config) return { kind: 'no_login_config' }
  const locale = await localeFor(deps.db, app.id, request, { channel: 'email', template: config.template })
  return await deps.transact<ProofStart>(async (tx) => {
    const admission = await admitCode(tx, deps, app, { identifier, ip: request.ip, codeSize: config.codeSize })
    if (admission.kind === 'limited') return { kind: 'limited' }
    const started = await startVerification(tx, deps, app.id, {
      ...config,
      identifier,
      locale,
      codeChallenge: undefined,
      client: clientOf(deps, app.id, identifier, request),
      takings: admission.takings,
      silence: admission.silence,
      link: writePasswordLogin(login),
    })
    if (started.kind !== 'started') throw new Error('a login has a verification of its own')
    return { kind: 'sent', token: started.token }
  })
}
