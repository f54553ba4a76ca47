import { i18n } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { Failure } from '../api/failure.ts'

/** Says in words what a ceremony that broke off throws; what the server said stays as it is. */
export function passkeyFailure(error: unknown): never {
  if (error instanceof Failure) throw error
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'AbortError') {
    throw new Failure('passkey_not_shown', i18n._(msg`No passkey was shown. Try again when you are ready.`), 0)
  }
  if (name === 'InvalidStateError') {
    throw new Failure('passkey_there', i18n._(msg`This device has a passkey for you already.`), 0)
  }
  throw error
}
