import { Trans, useLingui } from '@lingui/react/macro'
import type { WebhookEvent } from '../../api/operations.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ScrollRegion } from '../../parts/scroll-region.tsx'

/** Shown in lines; copied as it was sent. */
export function Body({ body }: { body: string }) {
  const { t } = useLingui()
  return (
    <section className="stack">
      <h2>
        <Trans>Body</Trans> <CopyButton text={body} label={t`Copy the body as it was sent`} />
      </h2>
      <ScrollRegion label={t`Body`}>
        <pre className="wire">{inLines(body)}</pre>
      </ScrollRegion>
    </section>
  )
}

/** A body is JSON of ours, always. */
const inLines = (body: string): string => JSON.stringify(JSON.parse(body), null, 2)

/** Whom the events tell of. */
export function usersIn(body: string): readonly string[] {
  const { events } = JSON.parse(body) as { events: readonly Pick<WebhookEvent, 'payload'>[] }
  return [...new Set(events.flatMap(({ payload: { user_id } }) => (typeof user_id === 'string' ? user_id : [])))]
}
