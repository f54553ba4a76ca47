import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'

/** Where the server takes a claim from. What is not here, only the claims mapping puts there. */
export const CLAIM_WORDS: Readonly<Record<string, MessageDescriptor | undefined>> = {
  iss: msg`The host that the client calls; here the console’s.`,
  aud: msg`The setting of the audience.`,
  client_id: msg`The id of the application, beside an audience.`,
  sub: msg`The id of the user.`,
  sid: msg`The session; here one that does not exist.`,
  jti: msg`New in each token.`,
  iat: msg`Now.`,
  nbf: msg`Now.`,
  exp: msg`The lifetime of access tokens, the end of the session at the latest.`,
  auth_time: msg`The login.`,
  amr: msg`How the user logged in; here nothing.`,
  scope: msg`Scopes of the user, of their groups and of the login.`,
  unproven: msg`No identifier of the user is proven.`,
  cnf: msg`The key of the client; here none.`,
  cc: msg`For clients without a key: the user, with what the mapping puts into the profile.`,
}
