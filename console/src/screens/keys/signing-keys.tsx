import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import type { SigningKey } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { AskingButton } from '../../parts/asking-button.tsx'
import { Badge } from '../../parts/badge.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Time } from '../../parts/time.tsx'
import { PURPOSES } from './purposes.ts'
import { RevokeSigningKey } from './revoke-signing-key.tsx'
import { RotateSigningKeys } from './rotate-signing-keys.tsx'

const COLUMNS: readonly Column<SigningKey>[] = [
  { id: 'kid', header: msg`Id`, cell: ({ kid }) => <code>{kid}</code> },
  { id: 'purpose', header: msg`Signs`, cell: ({ purpose }) => <Purpose of={purpose} /> },
  { id: 'alg', header: msg`Algorithm`, cell: ({ alg }) => alg },
  { id: 'state', header: msg`State`, cell: ({ state }) => <State of={state} /> },
  { id: 'revoke', header: msg`Change`, cell: (key) => <Revoke of={key} /> },
  { id: 'since', header: msg`Signs since`, cell: ({ signs_since }) => <Time at={signs_since} isInTable /> },
  { id: 'created', header: msg`Made`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
]

function Purpose({ of: purpose }: { of: SigningKey['purpose'] }) {
  const { i18n } = useLingui()
  return i18n._(PURPOSES[purpose])
}

function State({ of: state }: { of: SigningKey['state'] }) {
  if (state === 'signing')
    return (
      <Badge tone="good">
        <Trans>signs</Trans>
      </Badge>
    )
  return <Badge>{state === 'next' ? <Trans>published, signs next</Trans> : <Trans>verifies only</Trans>}</Badge>
}

function Revoke({ of: key }: { of: SigningKey }) {
  const { t } = useLingui()
  return (
    <AskingButton
      operation="revokeSigningKey"
      kind="danger"
      aria-label={t`Revoke ${key.kid}`}
      dialog={(close) => <RevokeSigningKey of={key} onClose={close} />}
    >
      <Trans>Revoke</Trans>
    </AskingButton>
  )
}

/** What tokens and webhooks are signed with. */
export function SigningKeys() {
  const { t } = useLingui()
  const { data, error, isFetching, refetch } = useRead('listSigningKeys', { path: { appID: useParam('appID') } })
  return (
    <div className="stack">
      <div className="line-above">
        <p className="quiet">
          <Trans>They are published for whoever verifies, and rotate by themselves.</Trans>
        </p>
        <AskingButton operation="rotateSigningKeys" dialog={(close) => <RotateSigningKeys onClose={close} />}>
          <Trans>Rotate now</Trans>
        </AskingButton>
      </div>
      <DataTable
        label={t`Signing keys`}
        columns={COLUMNS}
        rows={data?.signing_keys}
        idOf={({ kid }) => kid}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>No key is published</Trans>}>
            <Trans>One is made when something is to be signed.</Trans>
          </EmptyState>
        }
      />
    </div>
  )
}
