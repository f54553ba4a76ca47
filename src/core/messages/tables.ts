import type { Migration } from '../../platform/migrate.ts'

export const CHANNELS = ['email', 'sms'] as const
export type Channel = (typeof CHANNELS)[number]
export const MESSAGE_STATUSES = ['queued', 'sent', 'failed'] as const
export type MessageStatus = (typeof MESSAGE_STATUSES)[number]

export type MessageRow = {
  app_id: string
  id: string
  channel: Channel
  /** Masked: enough to recognise, not enough to write to. */
  recipient: string
  template: string
  locale: string
  status: MessageStatus
  /** Kind of the provider that took it. */
  provider: string | null
  provider_id: string | null
  /** Why it failed or was not yet sent, by each provider tried, in plain words; never holds what was sent. */
  reason: string | null
  created_at: number
  updated_at: number
  /** After this time it is not tried again. */
  expires_at: number
}

export type ProviderRow = {
  app_id: string
  id: string
  channel: Channel
  /** From 1. Providers of a channel are tried in this order. */
  position: number
  kind: string
  /** JSON. */
  options: string
  /** JSON, sealed with the master key; write-only. */
  sealed_secrets: string
  /** JSON array: names of the secrets that are set. */
  secret_names: string
  created_at: number
  updated_at: number
}

/** A message that nobody sent: the mailbox of a development application. */
export type MailboxRow = {
  app_id: string
  id: string
  channel: Channel
  recipient: string
  subject: string
  text: string
  created_at: number
}

export type TemplateRow = {
  app_id: string
  channel: Channel
  template: string
  locale: string
  subject: string
  text: string
  html: string
  updated_at: number
}

export type MessageTables = {
  messages: MessageRow
  message_providers: ProviderRow
  message_templates: TemplateRow
  mailbox: MailboxRow
}

export const messageMigrations: readonly Migration[] = [
  {
    name: 'messages/001-create',
    up: [
      `create table messages (
        app_id text not null, id text not null, channel text not null, recipient text not null, template text not null,
        locale text not null, status text not null, provider text, provider_id text, reason text,
        created_at bigint not null, updated_at bigint not null, expires_at bigint not null, primary key (app_id, id))`,
      'create index messages_newest on messages (app_id, created_at, id)',
      'create index messages_age on messages (created_at)',
      `create index messages_overdue on messages (expires_at) where status = 'queued'`,
      `create table message_providers (
        app_id text not null, id text not null, channel text not null, position bigint not null, kind text not null,
        options text not null, sealed_secrets text not null, secret_names text not null,
        created_at bigint not null, updated_at bigint not null, primary key (app_id, id))`,
      `create table message_templates (
        app_id text not null, channel text not null, template text not null, locale text not null, subject text not null,
        text text not null, html text not null, updated_at bigint not null, primary key (app_id, channel, template, locale))`,
      `create table mailbox (
        app_id text not null, id text not null, channel text not null, recipient text not null, subject text not null,
        text text not null, created_at bigint not null, primary key (app_id, id))`,
      'create index mailbox_newest on mailbox (app_id, created_at, id)',
      'create index mailbox_age on mailbox (created_at)',
    ],
  },
  {
    name: 'messages/002-find',
    up: [
      // The list goes by id, as the primary key does.
      'drop index messages_newest',
      'create index messages_recipient on messages (app_id, recipient, id)',
      // Few at any time, so that one is found among many that were sent.
      `create index messages_unsent on messages (app_id, status, id) where status <> 'sent'`,
    ],
  },
]
