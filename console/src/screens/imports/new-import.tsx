import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { sendFile } from '../../api/uploads.ts'
import { useAction } from '../../parts/action.ts'
import { Unknown } from '../../parts/action-dialog.tsx'
import { Button, OperationButton } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Canaries, type Canary } from './canaries.tsx'
import { ChosenFile } from './chosen-file.tsx'

/** Makes an import, begins to send its file, and leads to it. */
export function NewImport({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const appID = useParam('appID')
  const navigate = useNavigate()
  const refresh = useRefresh()
  const [file, setFile] = useState<File>()
  const [typed, setTyped] = useState<string>()
  const source = typed ?? file?.name.replace(/\.[^.]*$/, '').slice(0, 64) ?? ''
  const [expect, setExpect] = useState('')
  const [isTrial, setTrial] = useState(true)
  const [canaries, setCanaries] = useState<readonly Canary[]>([])
  const { state, run } = useAction(async () => {
    const named = canaries.filter(({ external_id, password }) => external_id && password)
    const body = {
      source: source.trim(),
      dry_run: isTrial,
      ...(expect && { expect: Number(expect) }),
      ...(named.length > 0 && { canaries: named.map(({ external_id, password }) => ({ external_id, password })) }),
    }
    const { id } = (await call('createImport', { path: { appID }, body })).import
    if (file) sendFile({ appID, importID: id }, file)
    refresh('listImports')
    await navigate({ to: '/apps/$appID/imports/$importID', params: { appID, importID: id } as never })
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (file && source.trim()) run()
  }
  return (
    <Dialog title={t`New import`} onClose={onClose} isBusy={state.kind === 'doing'}>
      <form className="stack" onSubmit={submit}>
        <ChosenFile file={file} onChoose={setFile} />
        <label className="field">
          <span>
            <Trans>Where it came from</Trans>
          </span>
          <input value={source} maxLength={64} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
        </label>
        <label className="field">
          <span>
            <Trans>How many users the old system has</Trans>
          </span>
          <input type="number" min={0} value={expect} onChange={({ target }) => setExpect(target.value)} />
          <small className="help">
            <Trans>As its own pages show it. With another number of lines nothing is loaded. May be left out.</Trans>
          </small>
        </label>
        <label className="field-switch">
          <input type="checkbox" checked={isTrial} onChange={({ target }) => setTrial(target.checked)} />
          <span>
            <Trans>A trial: do and report everything, and keep nothing of it</Trans>
          </span>
        </label>
        <Canaries all={canaries} onChange={setCanaries} />
        {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
        {state.kind === 'unknown' && <Unknown />}
        <div className="buttons">
          <OperationButton
            operation="createImport"
            type="submit"
            kind="primary"
            isBusy={state.kind === 'doing'}
            {...((!file || !source.trim()) && { reason: t`Choose a file and say where it came from.` })}
          >
            <Trans>Send the file</Trans>
          </OperationButton>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
