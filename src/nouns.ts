import { applicationsNoun } from './core/applications/noun.ts'
import { attemptsNoun } from './core/attempts/noun.ts'
import { auditNoun } from './core/audit/noun.ts'
import { challengesNoun } from './core/challenges/noun.ts'
import { claimsMappingNoun } from './core/claims-mapping/noun.ts'
import { domainsNoun } from './core/domains/noun.ts'
import { eventsNoun } from './core/events/noun.ts'
import { federationNoun } from './core/federation/noun.ts'
import { grantsNoun } from './core/grants/noun.ts'
import { groupsNoun } from './core/groups/noun.ts'
import { identifiersNoun } from './core/identifiers/noun.ts'
import { importsNoun } from './core/imports/noun.ts'
import { masterKeyNoun } from './core/master-key/noun.ts'
import { messagesNoun } from './core/messages/noun.ts'
import { operatorsNoun } from './core/operators/noun.ts'
import { passkeysNoun } from './core/passkeys/noun.ts'
import { passwordsNoun } from './core/passwords/noun.ts'
import { placesNoun } from './core/places/noun.ts'
import { proofNoun } from './core/proof/noun.ts'
import { rollupsNoun } from './core/rollups/noun.ts'
import { samlConnectionsNoun } from './core/saml-connections/noun.ts'
import { scopesNoun } from './core/scopes/noun.ts'
import { sessionsNoun } from './core/sessions/noun.ts'
import { signingKeysNoun } from './core/signing-keys/noun.ts'
import { stepUpNoun } from './core/step-up/noun.ts'
import { userJobsNoun } from './core/user-jobs/noun.ts'
import { usersNoun } from './core/users/noun.ts'
import { verificationsNoun } from './core/verifications/noun.ts'
import { webhooksNoun } from './core/webhooks/noun.ts'
import type { Feature } from './platform/feature.ts'
import { platformNoun } from './platform/noun.ts'

/**
 * What the nouns of core and the platform keep: tables, settings and the jobs that look after them. In the order of their migrations. Take out a
 * line, and its tables, settings and jobs are gone.
 */
export const nouns: readonly Feature[] = [
  platformNoun,
  applicationsNoun,
  auditNoun,
  signingKeysNoun,
  masterKeyNoun,
  usersNoun,
  identifiersNoun,
  federationNoun,
  passwordsNoun,
  sessionsNoun,
  grantsNoun,
  challengesNoun,
  stepUpNoun,
  eventsNoun,
  messagesNoun,
  placesNoun,
  verificationsNoun,
  scopesNoun,
  groupsNoun,
  claimsMappingNoun,
  attemptsNoun,
  importsNoun,
  rollupsNoun,
  proofNoun,
  passkeysNoun,
  samlConnectionsNoun,
  domainsNoun,
  webhooksNoun,
  userJobsNoun,
  operatorsNoun,
]
