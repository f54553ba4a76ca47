import { applicationsFeature } from './features/applications/index.ts'
import { auditFeature } from './features/audit/index.ts'
import { claimsFeature } from './features/claims/index.ts'
import { domainsFeature } from './features/domains/index.ts'
import { eventsFeature } from './features/events/index.ts'
import { finalizeFeature } from './features/finalize/index.ts'
import { groupsFeature } from './features/groups/index.ts'
import { healthFeature } from './features/health/index.ts'
import { identifiersFeature } from './features/identifiers/index.ts'
import { identitiesFeature } from './features/identities/index.ts'
import { importsFeature } from './features/imports/index.ts'
import { jwksFeature } from './features/jwks/index.ts'
import { loginOAuthFeature } from './features/login-oauth/index.ts'
import { loginOtpFeature } from './features/login-otp/index.ts'
import { loginPasswordFeature } from './features/login-password/index.ts'
import { loginSamlFeature } from './features/login-saml/index.ts'
import { messagesFeature } from './features/messages/index.ts'
import { migrationFeature } from './features/migration/index.ts'
import { modeFeature } from './features/mode/index.ts'
import { operatorsFeature } from './features/operators/index.ts'
import { passkeysFeature } from './features/passkeys/index.ts'
import { passwordFeature } from './features/password/index.ts'
import { proofFeature } from './features/proof/index.ts'
import { refreshFeature } from './features/refresh/index.ts'
import { revokeFeature } from './features/revoke/index.ts'
import { scopesFeature } from './features/scopes/index.ts'
import { sessionsFeature } from './features/sessions/index.ts'
import { statisticsFeature } from './features/statistics/index.ts'
import { stepUpFeature } from './features/step-up/index.ts'
import { tokensFeature } from './features/tokens/index.ts'
import { usersFeature } from './features/users/index.ts'
import { webhooksFeature } from './features/webhooks/index.ts'
import type { Feature } from './platform/feature.ts'

/** Everything with a URL. Take out a line, and its endpoints, settings, errors, jobs and documents are gone. */
export const features: readonly Feature[] = [
  migrationFeature,
  loginOtpFeature,
  loginPasswordFeature,
  loginOAuthFeature,
  loginSamlFeature,
  passkeysFeature,
  finalizeFeature,
  refreshFeature,
  revokeFeature,
  sessionsFeature,
  identifiersFeature,
  identitiesFeature,
  passwordFeature,
  stepUpFeature,
  jwksFeature,
  applicationsFeature,
  modeFeature,
  tokensFeature,
  domainsFeature,
  usersFeature,
  scopesFeature,
  groupsFeature,
  claimsFeature,
  importsFeature,
  proofFeature,
  eventsFeature,
  statisticsFeature,
  auditFeature,
  operatorsFeature,
  healthFeature,
  messagesFeature,
  webhooksFeature,
]
