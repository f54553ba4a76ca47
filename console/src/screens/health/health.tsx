import { useLingui } from '@lingui/react/macro'
import { useSearchState } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { Findings } from './findings.tsx'
import { Now } from './now.tsx'
import { ParkedJobs } from './parked-jobs.tsx'

const SHOWN_BY: Readonly<Record<string, 'listInstanceFindings' | 'listParkedJobs'>> = {
  findings: 'listInstanceFindings',
  jobs: 'listParkedJobs',
}

export default function Health() {
  const { t } = useLingui()
  const { search } = useSearchState()
  const tabs = [
    { id: 'now', label: t`Now`, content: () => <Now /> },
    { id: 'findings', label: t`Findings`, content: () => <Findings /> },
    { id: 'jobs', label: t`Parked jobs`, content: () => <ParkedJobs /> },
  ]
  return (
    <div className="stack">
      <ScreenHead title={t`Health`} requests={[requestOf(SHOWN_BY[search.tab ?? ''] ?? 'getHealth', {})]} />
      <Tabs label={t`How the instance does`} tabs={tabs} />
    </div>
  )
}
