import type { MessageDescriptor } from '@lingui/core'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import type { Failure } from '../api/failure.ts'
import { readWays, type Ways } from '../api/login.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { Waiting } from '../parts/waiting.tsx'
import { CompanyLink, CompanyRefusal } from './company.tsx'
import { FrontPage } from './front-page.tsx'
import { PasskeyButton } from './passkey-button.tsx'

export const useWays = () => useQuery<Ways, Failure>({ queryKey: ['ways'], queryFn: readWays })

/** `refusal`: why a login by the company let nobody in. */
export function LoginPage({ refusal, onDone }: { refusal?: MessageDescriptor | undefined; onDone: () => void }) {
  const { t } = useLingui()
  return (
    <FrontPage title={t`Log in to the console`}>
      {refusal && <CompanyRefusal sentence={refusal} />}
      <WaysIn onDone={onDone} />
      <p className="quiet">
        <Trans>
          No passkey yet? Ask an owner for an invitation. On the server, “antiphon operators invite” makes one.
        </Trans>
      </p>
    </FrontPage>
  )
}

/** The buttons to log in by, or what keeps everybody out. `isAside`: nothing of it leaves the page. */
export function WaysIn({ onDone, isAside = false }: { onDone: () => void; isAside?: boolean }) {
  const { data: ways, error, isPending, refetch } = useWays()
  if (isPending) return <Waiting />
  if (error) return <ErrorNote failure={error} onRetry={() => refetch()} />
  return (
    <div className="stack">
      <Problem sentence={ways.problem} />
      <PasskeyButton onDone={onDone}>
        <KeyRound aria-hidden="true" /> <Trans>Log in with a passkey</Trans>
      </PasskeyButton>
      {ways.company && (
        <CompanyLink isAside={isAside}>
          <Trans>Log in with {ways.company.name}</Trans>
        </CompanyLink>
      )}
    </div>
  )
}

/** What keeps everybody out. */
export const Problem = ({ sentence }: { sentence: string | null | undefined }) =>
  sentence && (
    <p className="note note-warn" role="alert">
      {sentence}
    </p>
  )
