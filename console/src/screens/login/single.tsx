import { Trans } from '@lingui/react/macro'
import type { ComponentProps, ReactNode } from 'react'
import type { Failure } from '../../api/failure.ts'
import { ConfigForm } from '../../parts/config-form.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'

interface Props extends Omit<ComponentProps<typeof ConfigForm>, 'kept'> {
  readonly read: {
    readonly data: { readonly config: { readonly updated_at: string } } | undefined
    readonly error: Failure | null
    readonly refetch: () => unknown
  }
  /** What it is, where there is none. */
  readonly about: ReactNode
  readonly removal: ReactNode
}

/** A way to log in of which there is one configuration at most. */
export function Single({ read, about, removal, ...form }: Props) {
  const { data, error, refetch } = read
  const isNone = error?.code === 'not_found'
  if (error && !isNone) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data && !isNone) return <Waiting />
  const kept = isNone ? undefined : data?.config
  return (
    <div className="stack">
      {kept ? (
        <div className="line">
          <span className="quiet">
            <Trans>
              Changed last <Time at={kept.updated_at} />
            </Trans>
          </span>
          {removal}
        </div>
      ) : (
        <p className="note">{about}</p>
      )}
      <ConfigForm {...form} kept={kept} />
    </div>
  )
}
