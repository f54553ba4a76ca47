import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import type { Import } from '../../api/operations.ts'
import { sendFile, uploadOf } from '../../api/uploads.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { type ImportPath, SHOWN } from './path.ts'

/** After a trial, the same once more, and kept. */
export function ForGood({ shown, path }: { shown: Import; path: ImportPath }) {
  const { t } = useLingui()
  const { appID } = path
  const navigate = useNavigate()
  const [made, setMade] = useState('')
  const file = uploadOf(path.importID)?.file
  if (!file) {
    return (
      <ScreenLink to="/apps/$appID/imports" params={{ appID }} className="button">
        <Trans>To the imports</Trans>
      </ScreenLink>
    )
  }
  const name = <bdi>{file.name}</bdi>
  return (
    <ActButton
      operation="createImport"
      kind="primary"
      label={<Trans>Now for good</Trans>}
      title={t`Import the same file for good`}
      verb={t`Send the file`}
      undo={t`Nothing is loaded before you say so.`}
      act={async () => {
        const { update, since, expect } = shown.options
        const body = { source: shown.source, update, ...(since && { since }), ...(expect !== undefined && { expect }) }
        const { id } = (await call('createImport', { path: { appID }, body })).import
        sendFile({ appID, importID: id }, file)
        setMade(id)
        return t`The import is made, and the file is on its way.`
      }}
      shownBy={SHOWN}
      onDone={() => navigate({ to: '/apps/$appID/imports/$importID', params: { appID, importID: made } as never })}
    >
      <Trans>
        {name} is sent again, to an import that keeps what it loads. Test accounts are not taken along: name them in a
        new import.
      </Trans>
    </ActButton>
  )
}
