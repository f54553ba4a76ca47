import { Trans, useLingui } from '@lingui/react/macro'
import { call, type Operation } from '../../api/call.ts'
import type { Import } from '../../api/operations.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { ForGood } from './for-good.tsx'
import { type ImportPath, SHOWN } from './path.ts'

interface Props {
  readonly shown: Import
  readonly path: ImportPath
}

/** What may be done with an import where it is. */
export function Steps({ shown, path }: Props) {
  const { status, options } = shown
  const isOver = status === 'completed' || status === 'failed' || status === 'cancelled'
  return (
    <>
      {status === 'loading' && <Pause path={path} />}
      {status === 'paused' && <Resume path={path} />}
      {(status === 'open' || status === 'loading' || status === 'paused') && <Cancel path={path} />}
      {status === 'completed' && options.dry_run && <ForGood shown={shown} path={path} />}
      {isOver && !options.dry_run && <RollBack shown={shown} path={path} />}
    </>
  )
}

type Step = 'pauseImport' | 'resumeImport' | 'cancelImport' | 'rollBackImport'

const does = (step: Step & Operation, path: ImportPath) => call(step, { path: { ...path } })

function Pause({ path }: { path: ImportPath }) {
  const { t } = useLingui()
  return (
    <ActButton
      operation="pauseImport"
      label={<Trans>Pause</Trans>}
      title={t`Pause the import`}
      verb={t`Pause`}
      undo={t`To undo it, resume it.`}
      act={async () => {
        await does('pauseImport', path)
        return t`It is paused.`
      }}
      shownBy={SHOWN}
    >
      <Trans>Nothing more is loaded until it is resumed. The batch under way is still loaded.</Trans>
    </ActButton>
  )
}

function Resume({ path }: { path: ImportPath }) {
  const { t } = useLingui()
  return (
    <ActButton
      operation="resumeImport"
      kind="primary"
      label={<Trans>Resume</Trans>}
      title={t`Resume the import`}
      verb={t`Resume`}
      undo={t`To undo it, pause it.`}
      act={async () => {
        await does('resumeImport', path)
        return t`It goes on.`
      }}
      shownBy={SHOWN}
    >
      <Trans>It goes on where it stopped. No line is loaded twice.</Trans>
    </ActButton>
  )
}

function Cancel({ path }: { path: ImportPath }) {
  const { t } = useLingui()
  return (
    <ActButton
      operation="cancelImport"
      label={<Trans>Cancel the import</Trans>}
      title={t`Cancel the import`}
      verb={t`End it`}
      isDangerous
      undo={t`It cannot be resumed afterwards. What it has loaded can be rolled back.`}
      act={async () => {
        await does('cancelImport', path)
        return t`It is cancelled.`
      }}
      shownBy={SHOWN}
    >
      <Trans>What it has loaded stays.</Trans>
    </ActButton>
  )
}

function RollBack({ shown, path }: Props) {
  const { t } = useLingui()
  const { created = 0 } = shown.progress.outcomes
  return (
    <ActButton
      operation="rollBackImport"
      kind="danger"
      label={<Trans>Roll back</Trans>}
      title={t`Roll the import back`}
      verb={t`Roll back`}
      isDangerous
      typed={String(created)}
      undo={t`To undo it, import the same file again: users get new ids then.`}
      act={async () => {
        await does('rollBackImport', path)
        return t`It is being rolled back. What is kept is listed by line.`
      }}
      shownBy={[...SHOWN, 'listUsers']}
    >
      <Trans>
        The {created} users whom it made are deleted, unless they have logged in or were changed since. Users who were
        here before are not deleted.
      </Trans>
    </ActButton>
  )
}
