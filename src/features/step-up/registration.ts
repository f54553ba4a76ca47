import type { Application } from '../../core/applications/application.ts'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { findOwner } from '../../core/identifiers/store/holders.ts'
import type { IdentifierType } from '../../core/identifiers/tables.ts'
import { registrationTerms } from '../../core/step-up/opening.ts'
import type { Terms } from '../../core/step-up/terms.ts'
import { findOtpConfig } from '../../core/verifications/configs.ts'
import { channelOf } from '../../core/verifications/verification.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Metadata } from './metadata.ts'

export type RegistrationOutcome =
  /** With the identifier normalised. */
  | { kind: 'terms'; terms: Terms; metadata: Metadata }
  | { kind: 'invalid_identifier' | 'identifier_already_exists' | 'no_login_config' }

/** Judge whether the identifier in the metadata can be registered: somebody may still take it before its code comes back. */
export async function judgeRegistration(
  deps: Deps,
  app: Application,
  type: IdentifierType,
  metadata: Metadata,
): Promise<RegistrationOutcome> {
  const identifier = await normaliseIdentifier({ type, value: metadata.identifier ?? '' })
  if (!identifier) return { kind: 'invalid_identifier' }
  if (!(await findOtpConfig(deps.db, app, channelOf(type)))) return { kind: 'no_login_config' }
  if (await findOwner(deps.db, app.id, identifier)) return { kind: 'identifier_already_exists' }
  return { kind: 'terms', terms: registrationTerms(type), metadata: { ...metadata, identifier: identifier.value } }
}
