import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useRef } from 'react'
import { call } from '../../api/call.ts'
import type { Import } from '../../api/operations.ts'
import { sendFile, type Upload, useUpload } from '../../api/uploads.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { Button, OperationButton } from '../../parts/button.tsx'
import { Bytes } from '../../parts/bytes.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Progress } from '../../parts/progress.tsx'
import { digestOf } from './digest.ts'
import { type ImportPath, SHOWN } from './path.ts'

interface Props {
  readonly shown: Import
  readonly path: ImportPath
}

/** An import that still takes lines: its file is sent, then it is begun. */
export function Sending({ shown, path }: Props) {
  const upload = useUpload(path.importID)
  const received = shown.progress.received_bytes
  const isWhole = upload ? upload.state === 'done' : received > 0
  return (
    <div className="stack">
      {upload && <HowFar upload={upload} />}
      {upload?.state === 'failed' && <Failed upload={upload} path={path} />}
      {!upload && <Interrupted path={path} received={received} />}
      {isWhole && (
        <div>
          <Start shown={shown} path={path} upload={upload} received={received} />
        </div>
      )}
    </div>
  )
}

function HowFar({ upload }: { upload: Upload }) {
  const { t } = useLingui()
  const { file, sentBytes, state } = upload
  return (
    <>
      <Progress label={t`${file.name} is sent`} done={sentBytes} total={file.size || 1} />
      <p role="status">
        <Trans>
          <Bytes count={sentBytes} /> of <Bytes count={file.size} />.
        </Trans>{' '}
        {state === 'waiting' && <Trans>The server does not answer. It is tried again by itself.</Trans>}
        {state === 'sending' && <Trans>You may look at other screens. Keep this page open.</Trans>}
      </p>
    </>
  )
}

function Failed({ upload, path }: { upload: Upload; path: ImportPath }) {
  const { file, failure } = upload
  return (
    <div className="stack">
      {failure?.code === 'import_offset' && (
        <p className="note note-warn">
          <Trans>
            This is another file than the one whose beginning was received. Choose that one, or cancel the import.
          </Trans>
        </p>
      )}
      {failure && <ErrorNote failure={failure} />}
      <div className="buttons">
        <OperationButton operation="putImportLines" kind="primary" onClick={() => sendFile(path, file)}>
          <Trans>Go on sending</Trans>
        </OperationButton>
        <FileButton path={path} />
      </div>
      <p className="quiet">
        <Trans>What was received stays. No piece is taken twice.</Trans>
      </p>
    </div>
  )
}

function Interrupted({ path, received }: { path: ImportPath; received: number }) {
  return (
    <div className="note note-warn">
      <p>
        {received === 0 ? (
          <Trans>Nothing was received yet.</Trans>
        ) : (
          <Trans>
            <Bytes count={received} /> were received. To send the rest, choose the same file again.
          </Trans>
        )}
      </p>
      <FileButton path={path} />
    </div>
  )
}

function FileButton({ path }: { path: ImportPath }) {
  const { t } = useLingui()
  const input = useRef<HTMLInputElement>(null)
  const choose = (file: File | undefined) => file && sendFile(path, file)
  return (
    <>
      <Button onClick={() => input.current?.click()}>
        <Trans>Choose the file</Trans>
      </Button>
      <input
        ref={input}
        className="unseen"
        type="file"
        tabIndex={-1}
        aria-label={t`File of users`}
        onChange={({ target }) => choose(target.files?.[0])}
      />
    </>
  )
}

interface StartProps extends Props {
  readonly upload: Upload | undefined
  readonly received: number
}

function Start({ shown, path, upload, received }: StartProps) {
  const { t } = useLingui()
  const isTrial = shown.options.dry_run
  const bytes = upload?.state === 'done' ? upload.file.size : received
  return (
    <ActButton
      operation="startImport"
      kind="primary"
      label={isTrial ? <Trans>Try it</Trans> : <Trans>Load it</Trans>}
      title={isTrial ? t`Try the import` : t`Load the users`}
      verb={isTrial ? t`Try it` : t`Load it`}
      undo={
        isTrial
          ? t`Nothing is kept of a trial.`
          : t`To undo it, roll the import back. Whoever has logged in since stays.`
      }
      act={async () => {
        const digest = upload?.state === 'done' ? await digestOf(upload.file) : undefined
        await call('startImport', { path: { ...path }, body: digest ? { file_sha256: digest } : {} })
        return isTrial ? t`The trial has begun.` : t`Loading has begun.`
      }}
      shownBy={SHOWN}
    >
      <p>
        <Plural value={bytes} one="# byte was received." other="# bytes were received." />{' '}
        {!upload && <Trans>Make sure that this is the whole file.</Trans>}{' '}
        <Trans>No more lines are taken afterwards.</Trans>
      </p>
    </ActButton>
  )
}
