import { Trans } from '@lingui/react/macro'

/** The name of a channel; one that has none here as the server calls it. */
export function Channel({ channel }: { channel: string }) {
  if (channel === 'email') return <Trans>E-mail</Trans>
  return channel === 'sms' ? <Trans>SMS</Trans> : channel
}
