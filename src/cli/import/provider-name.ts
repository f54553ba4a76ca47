import type { ImportRecord } from '../../core/imports/record.ts'

type Provider = 'google' | 'apple' | 'microsoft' | 'github' | 'okta' | 'facebook'

/** What systems and their adapters call the six, in small letters and without separators. */
const NAMES: Readonly<Record<string, Provider>> = {
  google: 'google',
  googlecom: 'google',
  googleoauth2: 'google',
  oauthgoogle: 'google',
  oauthtokengoogle: 'google',
  googleopenidconnect: 'google',
  apple: 'apple',
  applecom: 'apple',
  appleid: 'apple',
  oauthapple: 'apple',
  oauthtokenapple: 'apple',
  signinwithapple: 'apple',
  microsoft: 'microsoft',
  microsoftcom: 'microsoft',
  oauthmicrosoft: 'microsoft',
  microsoftonline: 'microsoft',
  microsoftentraid: 'microsoft',
  microsoftgraph: 'microsoft',
  microsoftaccount: 'microsoft',
  azure: 'microsoft',
  azuread: 'microsoft',
  azureactivedirectoryv2: 'microsoft',
  microsoftoffice365: 'microsoft',
  azureactivedirectory: 'microsoft',
  entraid: 'microsoft',
  github: 'github',
  githubcom: 'github',
  oauthgithub: 'github',
  okta: 'okta',
  facebook: 'facebook',
  facebookcom: 'facebook',
  oauthfacebook: 'facebook',
}

/** The provider that a system means by a name of its own; undefined when it is none of those that logins know. */
export function readProvider(name: string): ImportRecord['federated_identities'][number]['provider'] | undefined {
  const key = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return Object.hasOwn(NAMES, key) ? NAMES[key] : undefined
}
