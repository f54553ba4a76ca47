import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import type { Failure } from '../../api/failure.ts'
import type { PreviewClaimsMappingResponse } from '../../api/operations.ts'
import { useSession } from '../../api/session.ts'
import { AskingButton } from '../../parts/asking-button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { ClaimList } from './claim-list.tsx'
import { MintToken } from './mint-token.tsx'
import type { UserPath } from './path.ts'

/** What the user’s access token would say now, claim by claim. */
export function Token({ path }: { path: UserPath }) {
  const { t } = useLingui()
  const { appID, userID } = path
  const mode = useSession().applications.find(({ id }) => id === appID)?.mode
  const { data, error, refetch } = useQuery<PreviewClaimsMappingResponse, Failure>({
    queryKey: ['previewClaimsMapping', appID, userID],
    queryFn: ({ signal }) => call('previewClaimsMapping', { path: { appID }, body: { user_id: userID } }, signal),
  })
  if (error) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data) return <Waiting />
  return (
    <div className="stack">
      <div className="line-above">
        <p className="quiet">
          <Trans>
            What an access token would say, had the user logged in now from where you are. {data.size_bytes} bytes.
          </Trans>
        </p>
        <AskingButton
          operation="mintToken"
          {...(mode === 'prod' && { reason: t`Tokens are minted in development mode alone.` })}
          dialog={(close) => <MintToken path={path} claims={data.claims} onClose={close} />}
        >
          <Trans>Mint a token</Trans>
        </AskingButton>
      </div>
      {data.warning && <p className="note note-warn">{data.warning}</p>}
      <ClaimList claims={data.claims} />
    </div>
  )
}
