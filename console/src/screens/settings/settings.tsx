import { Trans, useLingui } from '@lingui/react/macro'
import { useParam, useSearchState } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { useRead } from '../../api/query.ts'
import { SETTINGS } from '../../api/settings.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Filters, SearchField, SwitchField } from '../../parts/filters.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { changedIn } from './changes.ts'
import { Group } from './group.tsx'

export default function Settings() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const { search } = useSearchState()
  const { data, error, refetch } = useRead('getSettings', { path })
  const query = (search.query ?? '').toLowerCase()
  const groups = SETTINGS.filter((group) => JSON.stringify(group).toLowerCase().includes(query))
  const shown = groups.filter((group) => {
    const values = data?.settings[group.name]
    return search.changed !== 'true' || (values && changedIn(group.schema, values).length > 0)
  })
  return (
    <div className="stack">
      <ScreenHead title={t`Settings`} requests={[requestOf('getSettings', { path })]} />
      <Filters names={['query', 'changed']}>
        <SearchField name="query" label={t`Name or meaning of a setting`} />
        <SwitchField name="changed" label={t`Changed from default only`} />
      </Filters>
      {error && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {!data && !error && <Waiting />}
      {data && shown.length === 0 && (
        <EmptyState title={<Trans>No setting is meant</Trans>}>
          <Trans>Take a filter away. What is not set follows the default of the release that runs.</Trans>
        </EmptyState>
      )}
      {data && (
        <div className="plain-list lines">
          {shown.map((group) => (
            <Group key={group.name} group={group} values={data.settings[group.name] ?? {}} isOpen={query !== ''} />
          ))}
        </div>
      )}
    </div>
  )
}
