import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import type { Application as Shown } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { useSession } from '../../api/session.ts'
import { AskingButton } from '../../parts/asking-button.tsx'
import { Badge } from '../../parts/badge.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Fact } from '../../parts/fact.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { ApplicationForm } from './application-form.tsx'
import { ChangeMode } from './change-mode.tsx'
import { DeleteApplication } from './delete-application.tsx'

export default function Application() {
  const { t } = useLingui()
  const appID = useParam('appID')
  const input = { path: { appID } }
  const { data, error, refetch } = useRead('getApplication', input)
  return (
    <div className="stack">
      <ScreenHead title={data?.application.name ?? appID} requests={[requestOf('getApplication', input)]}>
        <Deletion appID={appID} />
      </ScreenHead>
      <p className="id-line">
        <code>{appID}</code> <CopyButton text={appID} label={t`Copy the id`} />
      </p>
      {error && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {!data && !error && <Waiting />}
      {data && !error && (
        <>
          <Facts of={data.application} />
          <ApplicationForm key={appID} application={data.application} />
        </>
      )}
    </div>
  )
}

function Deletion({ appID }: { appID: string }) {
  const { t } = useLingui()
  const isOfSome = useSession().operator.apps !== null
  return (
    <AskingButton
      operation="deleteApplication"
      kind="danger"
      {...(isOfSome && { reason: t`You work with some applications. Only who works with all deletes one.` })}
      dialog={(close) => <DeleteApplication appID={appID} onClose={close} />}
    >
      <Trans>Delete</Trans>
    </AskingButton>
  )
}

function Facts({ of: { id, mode, created_at } }: { of: Shown }) {
  return (
    <dl className="facts">
      <Fact name={<Trans>Mode</Trans>}>
        <Badge tone={mode === 'prod' ? 'good' : 'plain'}>
          {mode === 'prod' ? <Trans>production</Trans> : <Trans>development</Trans>}
        </Badge>{' '}
        <AskingButton
          operation="updateMode"
          kind="quiet"
          dialog={(close) => <ChangeMode appID={id} mode={mode} onClose={close} />}
        >
          <Trans>Change</Trans>
        </AskingButton>
      </Fact>
      <Fact name={<Trans>Created</Trans>}>
        <Time at={created_at} />
      </Fact>
    </dl>
  )
}
