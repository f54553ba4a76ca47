import type { Source } from './source.ts'
import { aspnetIdentity } from './sources/aspnet-identity.ts'
import { auth0 } from './sources/auth0.ts'
import { betterAuth } from './sources/better-auth.ts'
import { clerk } from './sources/clerk.ts'
import { cognito } from './sources/cognito.ts'
import { descope } from './sources/descope.ts'
import { devise } from './sources/devise.ts'
import { django } from './sources/django.ts'
import { firebase } from './sources/firebase.ts'
import { fusionauth } from './sources/fusionauth.ts'
import { keycloak } from './sources/keycloak.ts'
import { kratos } from './sources/kratos.ts'
import { laravel } from './sources/laravel.ts'
import { ldap } from './sources/ldap.ts'
import { okta } from './sources/okta.ts'
import { spring } from './sources/spring.ts'
import { stytch } from './sources/stytch.ts'
import { supabase } from './sources/supabase.ts'
import { supertokens } from './sources/supertokens.ts'
import { wordpress } from './sources/wordpress.ts'

/** The systems whose exports can be read. */
export const SOURCES: readonly Source[] = [
  auth0,
  clerk,
  firebase,
  supabase,
  cognito,
  keycloak,
  okta,
  betterAuth,
  supertokens,
  kratos,
  fusionauth,
  stytch,
  descope,
  wordpress,
  django,
  laravel,
  aspnetIdentity,
  devise,
  spring,
  ldap,
]

/** The source of a name or another name of it, in whatever case. */
export function findSource(name: string): Source | undefined {
  const wanted = name.toLowerCase()
  return SOURCES.find((source) => source.name === wanted || source.aliases?.includes(wanted))
}
