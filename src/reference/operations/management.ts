import type { Words } from '../../platform/words.ts'

/** What the operations on an application and on its users leave open in their summaries. */
export const managementOperations: Words = {
  createApplication: [
    'Needs an instance key. The id is the first part of the application’s host name. In mode `prod` messages really leave and nothing is minted. The first key has all that the calling key has.',
  ],
  listApplications: ['Needs an instance key. Give `next` as `after` for the page that follows.'],
  getApplication: ['What does not change by itself. How it behaves is in its settings and configurations.'],
  updateApplication: [
    'Members that are left out stay. A host that is new among `public_origins` needs an instance key, for it must not catch the clients of another application.',
  ],
  deleteApplication: ['Needs an instance key. Nobody is let in from now on; the rows go in the background.'],
  getSettings: ['By group and name, as in docs/settings.md.'],
  updateSettings: ['All that is named is checked before any of it is kept.'],
  listKeys: ['Revoked and expired keys are not among them. What a key is cannot be read again.'],
  createKey: [
    'It cannot be allowed more than the key of this call. Without `permissions` it has all of that one’s, without `allowed_networks` it may be used from where that one may.',
  ],
  rotateKey: [
    'The new key is allowed the same. The old one ends after `overlap_seconds`; revoke it earlier if it has leaked.',
  ],
  deleteKey: ['It cannot be brought back.'],
  listSigningKeys: [
    'They rotate by themselves. The public halves are in `/.well-known/jwks.json`; the private ones are shown to nobody.',
  ],
  rotateSigningKeys: [
    'For when one would not wait for the next of the rotations that happen by themselves. Answers the keys that wait to sign; where one waits already, none is made.',
  ],
  revokeSigningKey: [
    'For when a key has leaked: sessions go on, and clients get a new access token at their next refresh. Verifiers that keep a copy of the JWKS believe the key until they read it anew.',
  ],
  getMode: ['In `dev` there is a mailbox in place of messages, and tokens may be minted.'],
  updateMode: ['Users, sessions and configurations stay.'],
  mintToken: ['Verified by the keys of `/.well-known/jwks.json`, like any access token. 403 in mode `prod`.'],
  getTokenConfig: [
    'The same two numbers are among the settings, as `sessions.access_token_lifetime_seconds` and `sessions.idle_lifetime_seconds`.',
  ],
  updateTokenConfig: ['Tokens that are out keep their ends.'],

  listOperators: ['Needs an instance key. `passkeys` and `sessions` say how many of them there are.'],
  createOperator: [
    'Needs an instance key, which cannot make somebody who may do more than it may. Make a link of the token, `<console>/#invitation=<token>`, and give it to them: it lets in whoever has it, once, within 15 minutes.',
  ],
  updateOperator: [
    'Needs an instance key. Members that are left out stay. Somebody who may do everything is always left.',
  ],
  deleteOperator: ['Needs an instance key. Somebody who may do everything is always left.'],
  inviteOperator: [
    'Needs an instance key. What they had, they keep: passkeys and sessions. See `createOperator` for the link.',
  ],
  endOperatorSessions: ['Needs an instance key. They may sign in again; to keep somebody out, remove them.'],

  getHealth: [
    'Needs an instance key. Cheap enough to be asked every few seconds. Of several processes one answers; clock and certificate are its own.',
  ],
  listParkedJobs: [
    'Needs an instance key. What a job carries is not shown, for it may be about people. Give `next` as `after` for the page that follows.',
  ],
  retryJob: [
    'Needs an instance key. It is done within seconds. 404 where no such job was given up, or somebody was faster.',
  ],
  listInstanceFindings: [
    'Needs an instance key. Nobody is asked over the network. `antiphon doctor` also reads the variables and counts anew what hangs on each master key; here it is as it was counted last.',
  ],
  listFindings: [
    'It changes nothing, here or elsewhere. With `probe` an answer may take as long as the slowest of those who are asked.',
  ],

  listDomains: ['`checks` tell what is missing.'],
  createDomain: [
    'Put `cname_record` into DNS, or `txt_record` beside an address of ours. It is looked for by itself; ask by `POST …/verify` if you cannot wait.',
  ],
  getDomain: ['`checks` tell what is missing, and what to do.'],
  deleteDomain: ['Another application may take the name.'],
  verifyDomain: ['It is done by itself as well, so this is for the impatient.'],

  createUser: [
    'Give `password` or `password_hash`, or neither. Whoever already has one of the identifiers, or the external id, is in the way: 409. To bring many over, see the imports.',
  ],
  bulkUsers: [
    'A row that names a user who is here brings them up to date, unless `mode` is `create`. 503 `overloaded`: too many such calls are under way; try again.',
  ],
  listUsers: [
    'By `identifier_type` and `identifier_value` exactly one, or nobody. By `query`, `status` and `created_after` page by page: give `next` as `after`.',
  ],
  getUser: ['`userID` is the id, or the UUID with which the user was created.'],
  deleteUser: ['For good, with all that is kept of the user. Access tokens that are out stay good until they end.'],
  batchLookup: ['At most a hundred of each kind in one call. The order of the answer means nothing.'],
  updateUserProfile: [
    'A member is replaced whole. It reaches access tokens at the next refresh, where the claims mapping has it.',
  ],
  updateStatus: ['`inactive`: nobody gets in by any way. Answers the user.'],
  updateExternalId: ['By it the migration finds the user. No two users have the same.'],
  createIdentifier: ['Somebody else who has proven it is in the way: 409.'],
  deleteIdentifier: ['Even if it is the last. Older addresses of the user are told.'],
  setUserPassword: [
    'Give `password`, which must meet the rules, or `password_hash`, in one of the forms of docs/guide/password-hash-forms.md. With `end_sessions` every session ends.',
  ],
  listUserSessions: ['Those that have ended are not among them.'],
  invalidateUserSession: ['Its access token stays good until it ends, a minute at most by default.'],
  invalidateUserSessions: [
    'Access tokens that are out stay good until they end, a minute at most by default. The user may log in again.',
  ],
  createUserJob: [
    'Try it with `dry_run` first: `matched` tells whom it means. With `expect_count` it does nothing if it would mean another number of users; to mean everybody, both `all` and `expect_count` are needed.',
  ],
  listUserJobs: ['Give `next` as `after` for the page that follows.'],
  getUserJob: ['Ask again until `finished_at` is there.'],
  cancelUserJob: ['409 once it is over.'],
  listUserPasskeys: ['Those of every relying party; those of another one than is configured open nothing now.'],
  deleteUserPasskeys: ['Answers how many there were. Sessions stay.'],
  deleteUserPasskey: ['Sessions that it opened stay.'],
  listFederatedIdentities: ['`subject` is what the provider calls the person.'],
  deleteFederatedIdentity: ['Older addresses of the user are told. Sessions stay.'],
  listUserGroups: ['What they give is in `GET …/config/groups`.'],
  addUserToGroup: ['The group must be among those of the application.'],
  removeUserFromGroup: ['Sessions that are open keep what they have.'],
  addUserScope: [
    'It must be on the application’s list; scopes of the account itself (`prld:…`) are granted by step-up alone.',
  ],
  removeUserScope: ['404 if the user does not have it. What a group gives is not taken by this.'],

  listEvents: ['Give `next` as `after` for the page that follows. To be told as they happen, register a webhook.'],
  getStatistics: [
    'A crash loses what a process has counted within the last second. Hours are kept for 90 days, then days. Nothing tells of a user.',
  ],
  listAudit: ['Give `next` as `after` for the page that follows.'],
  exportAudit: [
    'Each line is chained to the one before by its `hash`: `antiphon audit verify` finds lines that were changed or taken out.',
  ],
  listInstanceAudit: ['Needs an instance key. Give `next` as `after` for the page that follows.'],
  exportInstanceAudit: ['Needs an instance key. Go on with `after`, the id of the last line, until there is none.'],
  createWebhook: [
    'Call `POST …/activate` next: the URL has to answer with `verification_token`. A URL is taken once, unless `force` is set.',
  ],
  listWebhooks: ['`status` tells how each is.'],
  getWebhook: ['`waiting` counts the events that it has not had yet.'],
  deleteWebhook: ['To stop it for a while, deactivate it.'],
  updateWebhook: [
    'Members that are left out stay. `events` replaces the list; to add or take one, there are operations of their own.',
  ],
  addWebhookEvent: ['One that it has already stays.'],
  removeWebhookEvent: ['One that it does not have is no error.'],
  activateWebhook: [
    'The URL is sent a challenge and has to answer it within ten seconds. One of kind `pull` is asked nothing.',
  ],
  deactivateWebhook: ['One that is inactive already stays so.'],
  listWebhookDeliveries: ['By status, event, user and time. Give `next` as `after` for the page that follows.'],
  getWebhookDelivery: ['`log` has every try, oldest first.'],
  replayWebhookDelivery: ['Receivers that keep delivery ids can tell that it comes again.'],
  replayWebhook: ['Answers how many deliveries will be sent. They leave in the background, in order.'],
  testWebhook: ['It works before the webhook is active, too.'],
  verifyWebhookBody: ['For when a signature does not verify: most often the body was parsed and printed anew.'],
  getWebhookStats: ['An hour without a try is left out.'],
  listWebhookEvents: ['Of a webhook of kind `pull`. Commit what is done with; what is not committed comes again.'],
  getNextWebhookDelivery: ['Of a webhook of kind `pull`. `{}` when nothing waits.'],
  commitWebhookEvents: ['A sequence that was committed before changes nothing.'],
  getEventCatalogue: ['Members may be added to a payload, and none is taken away.'],
}
