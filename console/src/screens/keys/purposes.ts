import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { SigningKey } from '../../api/operations.ts'

export const PURPOSES: Readonly<Record<SigningKey['purpose'], MessageDescriptor>> = {
  access_token: msg`Access tokens`,
  challenge_token: msg`Challenge tokens`,
  webhook: msg`Webhooks`,
  development_token: msg`Minted tokens`,
}
