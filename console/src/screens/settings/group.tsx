import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam, useSearchState } from '../../address.ts'
import { call } from '../../api/call.ts'
import { Failure } from '../../api/failure.ts'
import { useRefresh } from '../../api/query.ts'
import type { SettingsGroup } from '../../api/settings.ts'
import { Badge } from '../../parts/badge.tsx'
import { type Draft, SchemaForm } from '../../parts/form/schema-form.tsx'
import { changedIn, changesTo } from './changes.ts'

interface Props {
  readonly group: SettingsGroup
  readonly values: Draft
  readonly isOpen: boolean
}

/** The settings of one group, which are sent together. */
export function Group({ group, values, isOpen }: Props) {
  const { t } = useLingui()
  const appID = useParam('appID')
  const refresh = useRefresh()
  const { search, change } = useSearchState()
  const { name, title, schema } = group
  // Outside of the form, which begins anew with what is in force now.
  const [said, setSaid] = useState<string>()
  const count = changedIn(schema, values).length
  const save = async (draft: Draft) => {
    const changes = changesTo(schema, values, draft)
    setSaid(undefined)
    if (Object.keys(changes).length === 0) return t`Nothing was changed.`
    await named(name, () => call('updateSettings', { path: { appID }, body: { settings: { [name]: changes } } }))
    await refresh('getSettings')
    setSaid(t`Saved.`)
    return null
  }
  return (
    <details
      className="settings-group"
      open={isOpen || search.group === name}
      onToggle={({ currentTarget: { open } }) => {
        if (open && !isOpen && search.group !== name) change({ group: name })
      }}
    >
      <summary>
        <h2>{title}</h2>
        {count > 0 && (
          <Badge tone="warn">
            <Plural value={count} one="# changed from default" other="# changed from default" />
          </Badge>
        )}
      </summary>
      <SchemaForm
        key={JSON.stringify(values)}
        schema={schema}
        value={values}
        operation="updateSettings"
        verb={<Trans>Save</Trans>}
        save={save}
      />
      <div role="status">{said && <p className="note note-good">{said}</p>}</div>
    </details>
  )
}

/** What the server says of members of a group, as the form of the group names them. */
async function named<T>(group: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const message = error.message.replaceAll(`body.settings.${group}.`, 'body.')
    throw new Failure(error.code, message, error.status, error.requestId)
  }
}
