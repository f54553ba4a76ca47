import { failures } from '../../platform/failure.ts'

/** The bench asks what a hundred cost. */
export const MAX_WEBHOOKS = 100

export const failure = failures({
  webhook_url_exists: ['conflict', 'Another webhook has this URL. If both are wanted, send `"force": true`.'],
  too_many_webhooks: ['conflict', `An application has at most ${MAX_WEBHOOKS} webhooks.`],
  webhook_challenge_failed: ['bad_request', 'The URL did not answer the challenge.'],
  webhook_is_pulled: ['conflict', 'This webhook is pulled: it has no URL to send to.'],
  webhook_is_pushed: ['conflict', 'This webhook is sent to its URL: there is nothing to pull.'],
})
