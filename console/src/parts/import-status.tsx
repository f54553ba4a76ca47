import { useLingui } from '@lingui/react/macro'
import type { Import } from '../api/operations.ts'
import { Badge } from './badge.tsx'

const TONES = {
  open: 'warn',
  loading: 'warn',
  paused: 'warn',
  completed: 'good',
  failed: 'bad',
  cancelled: 'plain',
  rolling_back: 'warn',
  rolled_back: 'plain',
} as const

export function ImportStatus({ status }: Pick<Import, 'status'>) {
  const { t } = useLingui()
  const words: Record<Import['status'], string> = {
    open: t`takes lines`,
    loading: t`loading`,
    paused: t`paused`,
    completed: t`completed`,
    failed: t`failed`,
    cancelled: t`cancelled`,
    rolling_back: t`being rolled back`,
    rolled_back: t`rolled back`,
  }
  return <Badge tone={TONES[status]}>{words[status]}</Badge>
}
