import type { Provider } from './provider.ts'
import { apple } from './providers/apple.ts'
import { facebook } from './providers/facebook.ts'
import { github } from './providers/github.ts'
import { google } from './providers/google.ts'
import { microsoft } from './providers/microsoft.ts'
import { oidc } from './providers/oidc.ts'
import { okta } from './providers/okta.ts'

/** Those with a name. */
export const PROVIDERS: readonly Provider[] = [google, apple, microsoft, github, okta, facebook]

/** The provider of a name; under any other one, an OpenID provider of the operator's choice. */
export const findProvider = (name: string): Provider => PROVIDERS.find((one) => one.name === name) ?? { ...oidc, name }
