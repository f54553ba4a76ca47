import { useLingui } from '@lingui/react/macro'
import type { ComponentProps, MouseEvent } from 'react'
import { type Operation, permissionOf } from '../api/call.ts'
import { useSession } from '../api/session.ts'
import { useHint } from './hint.tsx'

interface Props extends ComponentProps<'button'> {
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet'
  readonly isBusy?: boolean
  /** Why it does nothing now; it is greyed, and tells. */
  readonly reason?: string
}

export function Button({ kind = 'plain', isBusy = false, reason, type = 'button', className = '', ...rest }: Props) {
  const { anchor, hint } = useHint(reason)
  const isOff = reason !== undefined || isBusy
  const onClick = (event: MouseEvent<HTMLButtonElement>) => {
    if (isOff) event.preventDefault()
    else rest.onClick?.(event)
  }
  return (
    <>
      <button
        {...rest}
        {...anchor}
        type={type}
        className={`button button-${kind} ${className}`}
        aria-disabled={isOff}
        aria-busy={isBusy}
        onClick={onClick}
      />
      {hint}
    </>
  )
}

/** A button that calls an operation: greyed, with the reason, for a role that may not. */
export function OperationButton({ operation, ...rest }: Props & { readonly operation: Operation }) {
  const { t } = useLingui()
  const permission = permissionOf(operation)
  const isAllowed = useSession().operator.permissions.includes(permission)
  return <Button {...rest} {...(!isAllowed && { reason: t`Your role lacks the permission ${permission}.` })} />
}
