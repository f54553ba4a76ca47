import { z } from 'zod'
import type { Answer } from '../builders.ts'
import { authenticator } from '../house/authenticator.ts'
import { SdkError } from './cases.ts'
import { challengeTokenOf, decode } from './decode.ts'
import type { Platform } from './platform.ts'
import { type Session, succeeded } from './session.ts'
import type { Request, Wire } from './wire.ts'

const descriptors = z.array(z.object({ id: z.string(), type: z.string(), transports: z.array(z.string()).nullish() }))

/** What the Apple SDK decodes of the options of a login or a step: another type fails the call, members that it does not know do not. */
const requestOptionsShape = z.object({
  challenge: z.string(),
  timeout: z.int().nullish(),
  rpId: z.string(),
  allowCredentials: descriptors.nullish(),
  userVerification: z.string().nullish(),
})

/** The same of a registration. */
const creationOptionsShape = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ type: z.string(), alg: z.int() })),
  timeout: z.int().nullish(),
  excludeCredentials: descriptors.nullish(),
  authenticatorSelection: z
    .object({
      authenticatorAttachment: z.string().nullish(),
      residentKey: z.string().nullish(),
      userVerification: z.string().nullish(),
      requireResidentKey: z.boolean().nullish(),
    })
    .nullish(),
  attestation: z.string().nullish(),
})

const credentialShape = z.object({
  credential_id: z.string().min(1),
  nickname: z.string().nullish(),
  transports: z.array(z.string()).nullish(),
  backup_state: z.boolean().nullish(),
  created_at: z.int().nullish(),
  last_used_at: z.int().nullish(),
})

export type Credential = z.output<typeof credentialShape>

const begunShapes = {
  login: z.object({ public_key: requestOptionsShape, login_token: z.string().min(1) }),
  registration: z.object({ public_key: creationOptionsShape, registration_token: z.string().min(1) }),
}
const registeredShape = z.object({ credential: credentialShape, already_registered: z.boolean().nullish() })
const listShape = z.object({ credentials: z.array(credentialShape).nullish() })

const SYNCED = { be: true, bs: true }
const BASE64URL = /^[A-Za-z0-9_-]+$/

type Held = ReturnType<typeof authenticator>

/** What keeps the passkeys of a phone: iCloud Keychain, or the provider behind Credential Manager. It syncs, and counts nothing. */
export function keychain(platform: Platform) {
  const held: { readonly rpId: string; readonly one: Held }[] = []
  const lies = (rpId: string) => ({
    clientData: { ...platform.clientData, crossOrigin: undefined },
    origin: platform.passkeyOrigin(rpId),
    flags: SYNCED,
  })
  return {
    held,
    /** As the system answers it: undefined where one of those to exclude is here. */
    create(written: unknown) {
      const options = readOptions(creationOptionsShape, written, platform)
      if (options.excludeCredentials?.some(({ id }) => held.some(({ one }) => one.id === id))) return undefined
      const one = authenticator({ counter: null, transports: ['hybrid', 'internal'] })
      held.push({ rpId: options.rp.id, one })
      return platform.writeAttestation(one.register(written as never, lies(options.rp.id)))
    },
    /** By the newest passkey for the relying party, one of those that are named if any is. */
    get(written: unknown) {
      const { rpId, allowCredentials } = readOptions(requestOptionsShape, written, platform)
      const ids = allowCredentials?.map(({ id }) => id) ?? []
      const found = held.findLast((one) => one.rpId === rpId && (ids.length === 0 || ids.includes(one.one.id)))
      if (!found) throw new SdkError('no_credential')
      return platform.writeAssertion(found.one.assert(written as never, lies(rpId)))
    },
  }
}

/** Options as the system takes them: no member is null, bytes are base64url without padding, and Apple's SDK could decode them. */
function readOptions<T>(shape: z.ZodType<T>, written: unknown, { name }: Platform): T {
  const text = JSON.stringify(written)
  if (/:null[,}]/.test(text)) throw new SdkError('decoding_failed', { message: `null in ${text}` })
  const bytes = [...text.matchAll(/"(?:challenge|id)":"([^"]*)"/g)].map(([, value = '']) => value)
  const others = bytes.filter((value) => !BASE64URL.test(value) && !value.includes('.'))
  if (others.length > 0) throw new SdkError('decoding_failed', { message: `${name}: ${others.join()}` })
  return shape.parse(written)
}

/** Passkeys, as the SDKs do it from 0.7 on. `dispatch`: what a signals dispatcher adds to a body. */
export function passkeys(wire: Wire, session: Session, platform: Platform, dispatch: () => object) {
  const vault = keychain(platform)
  const transmit = platform.provesSessionCalls ? wire.proven : wire.exchange
  const bearer = async (request: Request): Promise<Answer> => succeeded(await session.bearer(request, transmit))
  const pathOf = (id: string) => `/me/passkeys/${encodeURIComponent(id)}`

  async function renewed(): Promise<void> {
    session.invalidate()
    await session.refresh()
  }

  return {
    vault,
    async loginWithPasskey(): Promise<void> {
      const answer = succeeded(await wire.exchange({ path: '/login/passkey/begin', body: dispatch() }))
      const { login_token } = decode(begunShapes.login, answer)
      const assertion = vault.get(answer.body.public_key)
      const finished = await wire.exchange({ path: '/login/passkey/finish', body: { login_token, assertion } })
      await session.finalize(challengeTokenOf(succeeded(finished)))
    },
    /** Undefined where the phone has one of the user's passkeys already. */
    async registerPasskey(of: { username: string; display_name?: string; nickname?: string }) {
      const begun = await bearer({ path: '/me/passkeys/register/begin', body: of })
      const { registration_token } = decode(begunShapes.registration, begun)
      const attestation = vault.create(begun.body.public_key)
      if (!attestation) return undefined
      const body = { registration_token, attestation }
      const finish = () => bearer({ path: '/me/passkeys/register/finish', body })
      // What broke on its way is sent once more, as it was.
      const answer = await finish().catch((error: SdkError) => {
        if (error.code === 'network_error') return finish()
        throw error
      })
      const { credential, already_registered } = decode(registeredShape, answer)
      await renewed()
      return { credential, alreadyRegistered: already_registered ?? false }
    },
    async listPasskeys(): Promise<readonly Credential[]> {
      return decode(listShape, await bearer({ method: 'GET', path: '/me/passkeys' })).credentials ?? []
    },
    async renamePasskey(id: string, nickname: string): Promise<void> {
      await bearer({ method: 'PATCH', path: pathOf(id), body: { nickname } })
    },
    async deletePasskey(id: string): Promise<void> {
      await bearer({ method: 'DELETE', path: pathOf(id) })
      await renewed()
    },
  }
}
