import type { Provider } from '../provider.ts'
import { oidc } from './oidc.ts'

/** An OpenID provider like any; its organisation servers leave the address to userinfo. https://developer.okta.com/docs/reference/api/oidc */
export const okta: Provider = {
  ...oidc,
  name: 'okta',
  ownIssuers: /^https:\/\/[a-z0-9-]+\.(okta|oktapreview|okta-emea)\.com(\/|$)/,
}
