import type { Transport } from './webauthn-response.ts'

export type UserVerification = 'required' | 'preferred' | 'discouraged'
export type AttestationPreference = 'none' | 'indirect' | 'direct' | 'enterprise'

/** A credential by which a client finds it. */
export interface CredentialName {
  /** Base64url. */
  readonly id: string
  readonly transports: readonly Transport[]
}

export interface CreationTerms {
  readonly rpId: string
  readonly rpName: string
  /** `handle`: at most 64 bytes, the same for all credentials of a user, and nothing that tells who it is. */
  readonly user: { readonly handle: Uint8Array; readonly name: string; readonly displayName: string }
  readonly challenge: Uint8Array
  readonly userVerification: UserVerification
  readonly attestation: AttestationPreference
  /** Whether the credential must be found without its id, as a login asks. */
  readonly discoverable: boolean
  /** Those that the user has. */
  readonly exclude: readonly CredentialName[]
}

/** What a ceremony must answer to. */
export interface Expected {
  readonly challenge: Uint8Array
  readonly rpId: string
  /** Exact strings, those of mobile apps among them. */
  readonly origins: readonly string[]
  readonly userVerification: UserVerification
}

/** Why something was refused. For the log, and for nobody else. */
export interface Refusal {
  readonly kind: 'refused'
  readonly reason: string
}

/** What an authenticator says of itself with every answer. WebAuthn Level 3 §6.1. */
export interface AuthenticatorState {
  readonly signCount: number
  /** Whether the credential may be synced to other devices, and whether it is. */
  readonly backupEligible: boolean
  readonly backupState: boolean
  readonly userVerified: boolean
}

export interface NewCredential extends AuthenticatorState {
  readonly id: string
  /** COSE, base64url. */
  readonly publicKey: string
  readonly algorithm: number
  readonly transports: readonly Transport[]
  /** The model of the authenticator, as the client says it. */
  readonly aaguid: string
  /** Whether the statement that came along proves the model, by a root that was asked for. */
  readonly isModelProven: boolean
  /** The format of that statement, as the client says it. */
  readonly attestationFormat: string
}

export type RegistrationOutcome = { readonly kind: 'verified'; readonly credential: NewCredential } | Refusal
export type AssertionOutcome = { readonly kind: 'verified'; readonly state: AuthenticatorState } | Refusal

/** Whom statements about a model, a UUID, are believed: the roots of its maker, PEM, at a time, Unix ms. */
export interface ModelRoots {
  rootsOf(aaguid: string): readonly string[]
  readonly now: number
}

/** The credential that is to have signed. */
export interface Signer {
  /** Base64url. */
  readonly id: string
  /** COSE, base64url. */
  readonly publicKey: string
  /** That of its user; a client may leave it out. */
  readonly handle: Uint8Array
}
