import { Trans, useLingui } from '@lingui/react/macro'
import type { OperatorInvitation } from '../../api/operations.ts'
import { SecretOnce } from '../../parts/secret-once.tsx'
import { Time } from '../../parts/time.tsx'

/** The link that lets a colleague in. */
export function InvitationLink({ name, invitation }: { name: string; invitation: OperatorInvitation }) {
  const { t } = useLingui()
  const link = `${location.origin}/#invitation=${invitation.token}`
  return (
    <SecretOnce secret={link} label={t`Copy the link`}>
      <Trans>
        Give this link to <bdi>{name}</bdi>, by a way that nobody else reads. It lets its holder in, once, until{' '}
        <Time at={invitation.expires_at} />.
      </Trans>
    </SecretOnce>
  )
}
