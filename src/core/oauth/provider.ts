/** A document that a provider sent, as JSON says it. */
export type Json = Readonly<Record<string, unknown>>

/** What a provider's configuration adds to the constants, as far as identities depend on it. */
export interface ProviderOptions {
  readonly clientId: string
  /** Okta, and any OpenID provider: exactly as discovery says it. */
  readonly issuerUrl?: string | undefined
  /** Microsoft: `common`, `organizations`, `consumers`, a GUID or a domain. */
  readonly tenant?: string | undefined
  /** Any OpenID provider: the claim that names the user; `sub` without. */
  readonly subjectClaim?: string | undefined
}

/** Where a provider answers. RFC 8414 §2, as far as it is used. */
export interface ProviderServer {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri?: string
  readonly userinfo_endpoint?: string
  /** RFC 9207 §3: `iss` must come back with the code. */
  readonly authorization_response_iss_parameter_supported?: boolean
  readonly token_endpoint_auth_methods_supported?: readonly string[]
}

/** A call that needs the access token, and what is to be made of its failure. */
export interface ApiCall {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Facebook: with `appsecret_proof`, which ties the token to the client. */
  readonly signed?: boolean
  /** The login goes on without the document when the provider refuses it (status 4xx, but 408, 425, 429). */
  readonly optional?: boolean
}

/** Everything that one exchange brought, each document checked as far as its own kind allows. */
export interface Documents {
  /** Claims of the verified ID token; undefined for a provider without. */
  readonly idToken: Json | undefined
  /** What the provider's calls answered, by the name of the call; undefined where an optional one was refused. */
  readonly api: Readonly<Record<string, Json | readonly Json[] | undefined>>
  /** What the callback's form said of the user, unsigned: Apple, at the first login. */
  readonly form: Json | undefined
}

/** The account at the provider, and what the provider says of it. */
export interface FederatedAccount {
  /** Empty where a provider has one issuer. */
  readonly issuer: string
  readonly subject: string
  /** Names the person beyond this client. Microsoft: `tid/oid`. */
  readonly altSubject?: string | undefined
  /** As the provider wrote it. Address and verified state come from one document; absent is not verified. */
  readonly email?: { readonly value: string; readonly isVerified: boolean } | undefined
  /** To begin a new user's profile with. */
  readonly profile: { readonly given_name?: string; readonly family_name?: string }
  /** How the provider knew the user. RFC 8176. */
  readonly amr: readonly string[]
  /** The domain, lower case, whose owner vouches for the account at the provider. Google: `hd`. */
  readonly hostedDomain?: string | undefined
}

/** Why no account can be read from what came; a word for the log, without anything of the user's. */
export interface Unreadable {
  readonly problem: string
}

/** An identity provider: constants, and what its answers mean. */
export interface Provider {
  readonly name: string
  /** Asked for whatever the configuration adds. */
  readonly scopes: readonly string[]
  /** Where it answers; undefined: as its discovery document says, at `options.issuerUrl`. */
  server(options: ProviderOptions): ProviderServer | undefined
  /** Issuers on hosts that the provider itself runs, of one that is asked for its discovery document. */
  readonly ownIssuers?: RegExp
  /** Further parameters of the authorization request. */
  readonly authorizeWith: Readonly<Record<string, string>>
  /** Whether the code verifier of our own is sent. RFC 7636. */
  readonly sendsPkce: boolean
  /** How the client authenticates at the token endpoint. `discovered`: the first of those that the provider names and we have, else basic. */
  readonly clientAuthentication: 'post' | 'discovered' | 'apple'
  /** Whether an ID token must come. */
  readonly hasIdToken: boolean
  /**
   * The issuer that an ID token must name, by the claims that are not verified yet; undefined when no issuer would do. The signature is checked
   * afterwards with the provider's own keys.
   */
  issuerOf(claims: Json, options: ProviderOptions): string | undefined
  /** What else to ask before the account can be read, by name. Asked in turn, with the access token. */
  calls(idToken: Json | undefined, server: ProviderServer, options: ProviderOptions): Readonly<Record<string, ApiCall>>
  /** Read the account. */
  accountOf(documents: Documents, options: ProviderOptions): FederatedAccount | Unreadable
}
