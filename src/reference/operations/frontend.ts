import type { Words } from '../../platform/words.ts'

/** What the operations of the frontend API leave open in their summaries. */
export const frontendOperations: Words = {
  sessionMigration: [
    'The legacy token is judged by the application’s migration hook, or by the token itself; its user is found here, linked or made. Finalize the challenge token with the verifier of `code_challenge`. 400 `bad_request`: the legacy system refuses the token; show your login. 500 `internal`: nobody can say now; try again later.',
  ],
  otpCreate: [
    'Give an `identifier` to log in, or the `challenge_token` of a step-up or of an account at a provider. The answer carries a verification token in `X-Verification-Token`, for browsers in a cookie too: present it to check the code.',
  ],
  otpCheck: [
    'A login’s challenge token goes to `POST /v1/session/login/finalize`. That of a step-up names the next step, or is complete and goes to `POST /v1/session/refresh` as `step_up_token`.',
  ],
  otpRetry: ['Goes to whom the first one went.'],
  loginOtp: ['New clients call `POST /v1/session/otp`, which gives a challenge token to finalize.'],
  loginOtpCheck: ['The session is opened at once, without finalize.'],
  loginOtpRetry: ['Goes to whom the first one went.'],
  loginEmailPassword: [
    'Answers a challenge token to finalize. 403 `forbidden` with a verification token: the password is right, but the address is not proven. A code was sent there; go on with `POST /v1/session/otp/check`.',
  ],
  signUpEmailPassword: [
    'Answers a challenge token to finalize. An address that somebody has proven is taken; one that is only claimed is not, for nobody owns what is unproven.',
  ],
  oauthAuthorize: [
    'The browser comes back to `redirect_uri` with a `challenge_token`, to be finalized with the verifier of `code_challenge`, or with an `error`. `redirect_uri` must be on the list of the application.',
  ],
  oauthEnterpriseAuthorize: [
    'Give `email` or `connection_id`. Without `redirect_uri` the browser comes back to the connection’s `default_redirect_uri`.',
  ],
  oauthCallbackGet: ['No app calls it: its address is registered at the provider as the redirect URI.'],
  oauthCallbackPost: ['No app calls it: its address is registered at the provider as the redirect URI.'],
  samlInitiateByEmail: [
    'The connection is that of the domain of the address. The browser comes back to `redirect_uri`.',
  ],
  samlInitiate: ['For a button of one company. The browser comes back to `redirect_uri`.'],
  samlAcs: ['No app calls it: its address is given to the identity provider, with our metadata.'],
  samlMetadata: ['XML. Give the address of it to the identity provider, or the text.'],
  passkeyLoginBegin: [
    'Give `public_key` to `navigator.credentials.get()` as it is, and what that answers to `POST …/finish` with the `login_token`. The passkey says who it is; nobody types a name.',
  ],
  passkeyLoginFinish: ['Answers a challenge token to finalize. A `login_token` is good for one login.'],
  passkeyRegisterBegin: [
    'Give `public_key` to `navigator.credentials.create()` as it is, and what that answers to `POST …/finish` with the `registration_token`. The scope comes from a step-up.',
  ],
  passkeyRegisterFinish: ['`already_registered` tells that the user had this passkey before.'],
  listPasskeys: ['Those of every device; times are Unix seconds.'],
  renamePasskey: ['An empty name takes it away.'],
  deletePasskey: ['409 `last_way_in` if nothing else logs the user in.'],
  getAppleAppSiteAssociation: ['Read by Apple, not by apps. It follows from the setting `apps.apple_app_ids`.'],
  getAssetLinks: [
    'Read by Google, not by apps. It follows from the setting `apps.android_packages` and the origins `android:apk-key-hash:…` of the passkey configuration.',
  ],
  getRelatedOrigins: ['Read by browsers. WebAuthn Level 3 §5.11.'],
  finalizeLogin: [
    'Whichever way a login took, it ends here: the challenge token becomes a session. With a DPoP proof the session is bound to its key and the refresh token comes in `X-Refresh-Token`; without, on the application’s own pages, in a cookie. The same call again within a minute, by the same client, gets the same session again: a lost answer costs nothing.',
  ],
  refreshSession: [
    'Call it before the access token ends. A call whose answer was lost may be repeated with the same refresh token; one that was used up long ago ends the session, for it may be stolen. With a completed `step_up_token` the new access token has the scope that was asked for.',
  ],
  revokeSession: ['Access tokens that are out stay good until they end, a minute at most by default.'],
  listSessions: ['`total` counts all of them, whatever `limit` and `offset` are.'],
  revokeSessions: ['`session` needs `session_id`. After `all` and `mine` this session is over, too.'],
  listIdentifiers: ['Proven or not: `verified` tells.'],
  removeIdentifier: [
    'The scope comes from a step-up. The last one stays: 409 `last_identifier`. The user’s older addresses are told.',
  ],
  listIdentities: ['`email` is what the provider said last; it proves nothing here.'],
  removeIdentity: ['The scope comes from a step-up. 409 `last_way_in` if nothing else logs the user in.'],
  getPasswordCompliancy: ['To tell people beforehand. The server judges all the same.'],
  resetPassword: ['The scope comes from a step-up, or from a login by a code that grants it. This session goes on.'],
  stepUpRequestScope: [
    '`continue`: granted; refresh with the challenge token as `step_up_token` at once. `review`: complete its steps first. `block`: refused, and there is no token.',
  ],
  stepUpContinue: ['A step by code is completed by `POST /v1/session/otp/check` instead.'],
  getJWKSet: [
    'Keep it for as long as `Cache-Control` says, and read it again when a token names a key that you do not know.',
  ],
  getStepUpJWKSet: ['For backends that complete steps of their own: the challenge token tells them for whom.'],
  getAuthorizationServerMetadata: ['Names only what there is: the issuer, the keys, the algorithms.'],
  getOpenidConfiguration: ['It is no OpenID provider: there are no endpoints to log in by.'],
}
