import { useLingui } from '@lingui/react/macro'
import { useSearchState } from '../../address.ts'
import { OPERATIONS } from '../../api/operations.ts'
import { ChoiceField, DateField, Filters, SearchField } from '../../parts/filters.tsx'
import { FILTERS } from './question.ts'

/** What changes something; what only reads is not in the log. */
const CHANGES = Object.entries(OPERATIONS)
  .filter(([, [method]]) => method !== 'GET')
  .map(([name]) => name)

export function AuditFilters() {
  const { t } = useLingui()
  const { search } = useSearchState()
  const { operation } = search
  const names = operation && !CHANGES.includes(operation) ? [...CHANGES, operation] : CHANGES
  const choices = Object.fromEntries(names.toSorted().map((name) => [name, name]))
  return (
    <Filters names={FILTERS}>
      <SearchField name="target" label={t`Id of what was changed: a user, a key, a webhook`} />
      <SearchField name="actor" label={t`By whom: press a name below`} />
      <ChoiceField name="operation" label={t`Operation`} all={t`all`} choices={choices} />
      <DateField name="since" label={t`Since`} />
      <DateField name="until" label={t`Until`} />
    </Filters>
  )
}
