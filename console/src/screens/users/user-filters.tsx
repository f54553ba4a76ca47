import { useLingui } from '@lingui/react/macro'
import { ChoiceField, DateField, Filters, SearchField, SwitchField } from '../../parts/filters.tsx'
import { FILTERS } from './question.ts'

export function UserFilters() {
  const { t } = useLingui()
  return (
    <Filters names={FILTERS}>
      <SearchField name="query" label={t`Id, external id, address, phone number or name`} />
      <ChoiceField name="status" label={t`Status`} all={t`any`} choices={{ active: t`active`, inactive: t`blocked` }} />
      <DateField name="created_after" label={t`Created since`} />
      <SwitchField name="unverified" label={t`Identifiers that are not proven, too`} />
    </Filters>
  )
}
