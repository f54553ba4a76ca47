import { Trans, useLingui } from '@lingui/react/macro'
import { AskingButton } from '../../parts/asking-button.tsx'
import { ChangeOperator } from './change-operator.tsx'
import { EndSessions } from './end-sessions.tsx'
import { InviteAgain } from './invite-again.tsx'
import type { Listed } from './listed.ts'
import { RemoveOperator } from './remove-operator.tsx'

export function RowActions({ operator }: { operator: Listed }) {
  const { t } = useLingui()
  const { name } = operator
  return (
    <div className="row-buttons">
      <AskingButton
        operation="updateOperator"
        aria-label={t`Change ${name}`}
        dialog={(close) => <ChangeOperator operator={operator} onClose={close} />}
      >
        <Trans>Change</Trans>
      </AskingButton>
      <AskingButton
        operation="inviteOperator"
        aria-label={t`Invite again: ${name}`}
        dialog={(close) => <InviteAgain operator={operator} onClose={close} />}
      >
        <Trans>Invite again</Trans>
      </AskingButton>
      <AskingButton
        operation="endOperatorSessions"
        aria-label={t`End sessions: ${name}`}
        dialog={(close) => <EndSessions operator={operator} onClose={close} />}
      >
        <Trans>End sessions</Trans>
      </AskingButton>
      <AskingButton
        operation="deleteOperator"
        kind="danger"
        aria-label={t`Remove ${name}`}
        dialog={(close) => <RemoveOperator operator={operator} onClose={close} />}
      >
        <Trans>Remove</Trans>
      </AskingButton>
    </div>
  )
}
