import { Trans, useLingui } from '@lingui/react/macro'
import { useId, useState } from 'react'
import { Bytes } from '../../parts/bytes.tsx'
import { checkFile, type FileCheck } from './file-check.ts'

interface Props {
  readonly file: File | undefined
  readonly onChoose: (file: File | undefined) => void
}

/** A file of users, with what a look into it tells. */
export function ChosenFile({ file, onChoose }: Props) {
  const id = useId()
  const [check, setCheck] = useState<FileCheck>('ok')
  const choose = async (chosen: File | undefined) => {
    onChoose(chosen)
    setCheck(chosen ? await checkFile(chosen) : 'ok')
  }
  return (
    <div className="field">
      <label htmlFor={id}>
        <Trans>File of users</Trans>
      </label>
      <input
        id={id}
        type="file"
        accept=".ndjson,.jsonl,.json,.txt,application/x-ndjson"
        aria-describedby={`${id}-help`}
        onChange={({ target }) => choose(target.files?.[0])}
      />
      <p className="help" id={`${id}-help`}>
        <Trans>
          NDJSON in UTF-8: one user a line, as <code>antiphon export</code> writes them, or{' '}
          <code>antiphon import --mapped</code> from the export of another system.
        </Trans>
      </p>
      {file && <Bytes count={file.size} />}
      <Doubt check={check} />
    </div>
  )
}

function Doubt({ check }: { check: FileCheck }) {
  const { t } = useLingui()
  const words: Record<FileCheck, string | undefined> = {
    ok: undefined,
    empty: t`Nothing is in this file.`,
    no_ndjson: t`This does not look like NDJSON: its first line is no JSON object. Every line would be refused. Have the command line read it first: antiphon import --mapped.`,
    no_external_id: t`The first line has no external_id. Without one a line is refused. Is it the export of another system? Have the command line read it first: antiphon import --mapped.`,
  }
  return words[check] ? <p className="note note-warn">{words[check]}</p> : null
}
