import { useParam } from '../../address.ts'

/** Whose screen it is. */
export interface WebhookPath {
  readonly appID: string
  readonly webhookID: string
}

export const useWebhookPath = (): WebhookPath => ({ appID: useParam('appID'), webhookID: useParam('webhookID') })
