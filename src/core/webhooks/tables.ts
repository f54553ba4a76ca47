import type { Migration } from '../../platform/migrate.ts'

export type WebhookKind = 'push' | 'pull'
export type PausedReason = 'deactivated' | 'failing' | 'gone' | 'overfull'

/** What an application configured. */
export type WebhookRow = {
  app_id: string
  id: string
  kind: WebhookKind
  /** Empty for one that is pulled. */
  url: string
  url_hash: string
  /** Empty; of one that was made although another has the same URL, and of one that is pulled, its id. */
  twin: string
  /** Sealed with the master key. */
  sealed_token: string
  /** JSON array of event types. */
  events: string
  /** JSON object. */
  options: string
  /** 1 while it gets events. */
  active: number
  paused_reason: PausedReason | null
  created_at: number
  updated_at: number
}

/** How far a webhook is: what every delivery changes. */
export type LaneRow = {
  app_id: string
  webhook_id: string
  /** Of the next event that is frozen: 1, 2, 3 … */
  next_sequence: number
  leased_until: number | null
  ran_at: number
  /** Rounds that failed since something was taken. */
  strikes: number
  /** Nothing is sent before; null: now. */
  due_at: number | null
  failing_since: number | null
  last_success_at: number | null
  last_http_code: number | null
  last_http_code_at: number | null
  /** How many of the notices about its failing were sent. */
  notices: number
  /** Up to where one that is pulled has taken its events. */
  committed: number
}

/** `halved`: its events went into two others. `stuck`: set aside, for it alone is never taken. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'halved', 'stuck'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** Events as they were frozen: neither they nor their sequence change between tries. */
export type DeliveryRow = {
  app_id: string
  id: string
  webhook_id: string
  first_sequence: number
  last_sequence: number
  /** How many events. */
  size: number
  /** JSON array, as it is sent. */
  events: string
  status: DeliveryStatus
  /** Failed tries of these events, and of those that they were frozen with. */
  strikes: number
  /** Of these, those with one event alone. */
  alone: number
  tries: number
  /** Not before. */
  due_at: number
  first_failed_at: number | null
  /** 1 when it was asked for again. */
  replayed: number
  last_http_code: number | null
  last_duration_ms: number | null
  created_at: number
  done_at: number | null
  /** The trace of the first of its events that has one, as `traceparent` names it. */
  trace: string | null
}

/** By which deliveries are found. */
export type ItemRow = {
  app_id: string
  webhook_id: string
  event_id: string
  delivery_id: string
  type: string
  user_id: string | null
}

export type TryRow = {
  app_id: string
  delivery_id: string
  n: number
  at: number
  duration_ms: number
  /** Null when nothing was answered. */
  http_code: number | null
  /** Why it was not taken; null when it was. */
  reason: string | null
  /** The first KiB of the answer. */
  answer: string
}

/** Deliveries of an hour by outcome and duration. */
export type HourRow = {
  app_id: string
  webhook_id: string
  /** Unix ms of its beginning. */
  hour: number
  outcome: 'sent' | 'failed'
  up_to_ms: number
  count: number
}

export type WebhookTables = {
  webhooks: WebhookRow
  webhook_lanes: LaneRow
  webhook_deliveries: DeliveryRow
  webhook_items: ItemRow
  webhook_tries: TryRow
  webhook_hours: HourRow
}

export const webhookMigrations: readonly Migration[] = [
  {
    name: 'webhooks/001-create',
    up: [
      `create table webhooks (
        app_id text not null, id text not null, kind text not null, url text not null, url_hash text not null,
        twin text not null, sealed_token text not null, events text not null, options text not null,
        active bigint not null, paused_reason text, created_at bigint not null, updated_at bigint not null,
        primary key (app_id, id))`,
      'create unique index webhooks_url on webhooks (app_id, url_hash, twin)',
      'create index webhooks_live on webhooks (app_id, id) where active = 1',
      `create table webhook_lanes (
        app_id text not null, webhook_id text not null, next_sequence bigint not null, leased_until bigint,
        ran_at bigint not null, strikes bigint not null, due_at bigint, failing_since bigint, last_success_at bigint,
        last_http_code bigint, last_http_code_at bigint, notices bigint not null, committed bigint not null,
        primary key (app_id, webhook_id))`,
      `create table webhook_deliveries (
        app_id text not null, id text not null, webhook_id text not null, first_sequence bigint not null,
        last_sequence bigint not null, size bigint not null, events text not null, status text not null,
        strikes bigint not null, alone bigint not null, tries bigint not null, due_at bigint not null,
        first_failed_at bigint, replayed bigint not null, last_http_code bigint, last_duration_ms bigint,
        created_at bigint not null, done_at bigint, primary key (app_id, id))`,
      'create index webhook_deliveries_log on webhook_deliveries (app_id, webhook_id, id)',
      `create index webhook_deliveries_open on webhook_deliveries (app_id, webhook_id, first_sequence)
        where status = 'pending'`,
      'create index webhook_deliveries_age on webhook_deliveries (created_at)',
      `create table webhook_items (
        app_id text not null, webhook_id text not null, event_id text not null, delivery_id text not null,
        type text not null, user_id text, primary key (app_id, webhook_id, event_id))`,
      'create index webhook_items_delivery on webhook_items (app_id, delivery_id)',
      'create index webhook_items_type on webhook_items (app_id, webhook_id, type, delivery_id)',
      `create index webhook_items_user on webhook_items (app_id, webhook_id, user_id, delivery_id)
        where user_id is not null`,
      `create table webhook_tries (
        app_id text not null, delivery_id text not null, n bigint not null, at bigint not null,
        duration_ms bigint not null, http_code bigint, reason text, answer text not null,
        primary key (app_id, delivery_id, n))`,
      `create table webhook_hours (
        app_id text not null, webhook_id text not null, hour bigint not null, outcome text not null,
        up_to_ms bigint not null, count bigint not null,
        primary key (app_id, webhook_id, hour, outcome, up_to_ms))`,
      'create index webhook_hours_age on webhook_hours (hour)',
    ],
  },
  { name: 'webhooks/002-traces', up: ['alter table webhook_deliveries add column trace text'] },
]
