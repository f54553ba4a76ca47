import { Trans, useLingui } from '@lingui/react/macro'
import { type ComponentProps, useState } from 'react'
import type { Operation } from '../api/call.ts'
import { useRefresh } from '../api/query.ts'
import { draftOf } from './form/draft.ts'
import type { Schema } from './form/schema.ts'
import { type Draft, SchemaForm } from './form/schema-form.tsx'

interface Props extends Pick<ComponentProps<typeof SchemaForm>, 'labels'> {
  readonly schema: Schema
  /** As the server answers it; undefined where there is none yet. */
  readonly kept: { readonly updated_at: string } | undefined
  readonly initial?: Draft
  readonly create: Operation
  readonly update: Operation
  readonly save: (draft: Draft) => Promise<unknown>
  readonly shownBy: readonly Operation[]
  /** What is said once it is saved. */
  readonly said?: string
}

/** The form of a configuration that is there or not. */
export function ConfigForm(props: Props) {
  const { schema, kept, initial = {}, create, update, save, shownBy, said, labels = {} } = props
  const { t } = useLingui()
  const refresh = useRefresh()
  // Outside of the form, which begins anew with what is kept now.
  const [isSaved, setSaved] = useState(false)
  return (
    <div className="stack">
      <SchemaForm
        key={kept?.updated_at ?? 'new'}
        schema={schema}
        value={kept ? draftOf(schema, kept) : initial}
        operation={kept ? update : create}
        verb={kept ? <Trans>Save</Trans> : <Trans>Switch it on</Trans>}
        labels={labels}
        save={async (draft) => {
          setSaved(false)
          await save(draft)
          await refresh(...shownBy)
          setSaved(true)
          return null
        }}
      />
      <div role="status">{isSaved && <p className="note note-good">{said ?? t`Saved.`}</p>}</div>
    </div>
  )
}
