import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useRef, useState } from 'react'
import { useSearchState } from '../../address.ts'
import { useAction } from '../../parts/action.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { download } from './download.ts'
import { selectionIn } from './question.ts'
import { readLines } from './read-lines.ts'

/** Fetches what the filters leave page by page, into one file. */
export function Export({ appID, onClose }: { appID: string; onClose: () => void }) {
  const { t } = useLingui()
  const { search } = useSearchState()
  const [count, setCount] = useState(0)
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])
  const { state, run } = useAction(async () => {
    stop.current = new AbortController()
    const pages = await readLines(appID, selectionIn(search), setCount, stop.current.signal)
    download(`audit-${appID || 'instance'}.ndjson`, pages)
  })
  return (
    <Dialog title={t`Export`} onClose={onClose}>
      <div className="stack">
        <p>
          <Trans>
            What the filters leave, oldest first, a line of JSON each. The hash of a line goes on from the line before:
            with all of them anybody can check that none is missing.
          </Trans>
        </p>
        {state.kind !== 'asking' && (
          <p role="status">
            <Plural value={count} one="# line fetched." other="# lines fetched." />{' '}
            {state.kind === 'done' && <Trans>The browser has the file.</Trans>}
          </p>
        )}
        {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
        {state.kind === 'unknown' && (
          <p className="note note-warn">
            <Trans>No answer came. Nothing was changed: begin again.</Trans>
          </p>
        )}
        <div className="buttons">
          {state.kind !== 'done' && (
            <Button kind="primary" isBusy={state.kind === 'doing'} onClick={run}>
              <Trans>Download NDJSON</Trans>
            </Button>
          )}
          <Button onClick={onClose}>
            <Trans>Close</Trans>
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
