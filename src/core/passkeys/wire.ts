import { z } from 'zod'

const ID_CHARS = 1400
const base64url = (chars: number) => z.string().max(chars)
const credential = { id: base64url(ID_CHARS), rawId: base64url(ID_CHARS), type: z.string().max(32) }

/** What a client says after `navigator.credentials.get()`, as JSON; members that nobody reads are passed over. WebAuthn Level 3 §5.1.8. */
export const assertionBody = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(8192),
      authenticatorData: base64url(8192),
      signature: base64url(2048),
      userHandle: base64url(128).nullish(),
    }),
  })
  .meta({ id: 'PasskeyAssertion' })

/** What a client says after `navigator.credentials.create()`, as JSON; members that nobody reads are passed over. WebAuthn Level 3 §5.1.8. */
export const attestationBody = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(8192),
      attestationObject: base64url(49_152),
      transports: z.array(z.unknown()).max(32).nullish(),
    }),
  })
  .meta({ id: 'PasskeyAttestation' })

/** How a user calls a passkey; empty: not at all. */
export const nicknameBody = z
  .string()
  .max(64)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .regex(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/, 'must be one line without control characters')
  .transform((nickname) => (nickname === '' ? null : nickname))

const descriptor = z.object({ id: z.string(), type: z.literal('public-key'), transports: z.array(z.string()) })

/** Options for `navigator.credentials.get()`, without a wrapper. WebAuthn Level 3 §5.1.10. */
export const requestOptionsObject = z
  .object({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.int(),
    userVerification: z.enum(['required', 'preferred', 'discouraged']),
    allowCredentials: z.array(descriptor),
  })
  .meta({ id: 'PublicKeyCredentialRequestOptions' })

/** Options for `navigator.credentials.create()`, without a wrapper. WebAuthn Level 3 §5.1.9. */
export const creationOptionsObject = z
  .object({
    challenge: z.string(),
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
    timeout: z.int(),
    attestation: z.enum(['none', 'indirect', 'direct', 'enterprise']),
    excludeCredentials: z.array(descriptor),
    authenticatorSelection: z.object({
      residentKey: z.enum(['required', 'preferred']),
      requireResidentKey: z.boolean(),
      userVerification: z.enum(['required', 'preferred', 'discouraged']),
    }),
    extensions: z.object({ credProps: z.literal(true) }),
    hints: z.array(z.string()),
  })
  .meta({ id: 'PublicKeyCredentialCreationOptions' })
