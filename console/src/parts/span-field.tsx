import { useLingui } from '@lingui/react/macro'
import { ChoiceField } from './filters.tsx'

/** Chooses of what time numbers are told; see `useSpan`. */
export function SpanField() {
  const { t } = useLingui()
  const choices = { '30d': t`30 days`, '90d': t`90 days` }
  return <ChoiceField name="span" label={t`Time`} all={t`24 hours`} choices={choices} />
}
