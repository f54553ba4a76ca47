import { profileOf } from '../../federation/profile.ts'
import { emailOf, isObject, methodsOf, subjectOf, subjectsOf } from '../claims.ts'
import type {
  ApiCall,
  Documents,
  FederatedAccount,
  Json,
  Provider,
  ProviderOptions,
  ProviderServer,
  Unreadable,
} from '../provider.ts'

/** An ID token without the address, or without a word on it, is a thin one: userinfo says both then. */
const isThin = ({ email, email_verified }: Json = {}): boolean => email === undefined || email_verified === undefined

function calls(idToken: Json | undefined, { userinfo_endpoint: url }: ProviderServer): Record<string, ApiCall> {
  return isThin(idToken) && url !== undefined ? { userinfo: { url, optional: true } } : {}
}

/** OpenID Connect Core 1.0 §5.3.2. Two documents that name nobody are not about the same one. */
const isAbout = ({ sub }: Json, idToken: Json): boolean => typeof sub === 'string' && sub === idToken.sub

function accountOf(
  { idToken = {}, api: { userinfo } }: Documents,
  options: ProviderOptions,
): FederatedAccount | Unreadable {
  const subject = subjectOf(idToken[options.subjectClaim ?? 'sub'])
  if (subject === undefined) return { problem: 'the ID token has no usable subject' }
  if (isObject(userinfo) && !isAbout(userinfo, idToken)) return { problem: 'userinfo is about somebody else' }
  const told = isObject(userinfo) ? userinfo : idToken
  return {
    issuer: subjectsOf(options.issuerUrl ?? '', options.subjectClaim),
    subject,
    email: emailOf(told),
    profile: profileOf(told.given_name, told.family_name),
    amr: methodsOf(idToken),
  }
}

/** Any OpenID provider, by its discovery document. */
export const oidc: Provider = {
  name: 'oidc',
  scopes: ['openid', 'email', 'profile'],
  server: () => undefined,
  authorizeWith: {},
  sendsPkce: true,
  clientAuthentication: 'discovered',
  hasIdToken: true,
  issuerOf: (_claims, { issuerUrl }) => issuerUrl,
  calls,
  accountOf,
}
