import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { House, type LucideIcon, Mail, Users, Webhook } from 'lucide-react'
import type { ComponentType } from 'react'
import type { ScreenPath } from './address.ts'
import type { Permission } from './api/call.ts'

type Group = 'overview' | 'people' | 'login' | 'delivery' | 'instance'

/** Where a screen stands in the navigation. */
interface Entry {
  readonly group: Group
  readonly label: MessageDescriptor
  readonly icon: LucideIcon
  /** `g`, then this letter, leads there. */
  readonly letter: string
}

export interface Screen {
  /** Also the name of its folder and of its catalogs. */
  readonly name: string
  readonly path: ScreenPath
  readonly permission: Permission
  /** Missing where another screen leads there. */
  readonly entry?: Entry
  readonly load: () => Promise<{ default: ComponentType }>
}

/** Headings of the navigation, in their order. */
export const GROUPS: Readonly<Record<Group, MessageDescriptor>> = {
  overview: msg`Overview`,
  people: msg`People`,
  login: msg`Login`,
  delivery: msg`Delivery`,
  instance: msg`Instance`,
}

/** Every screen; those of the navigation in its order. */
export const SCREENS: readonly Screen[] = [
  {
    name: 'start',
    path: '/apps/$appID',
    permission: 'statistics:read',
    entry: { group: 'overview', label: msg`Start`, icon: House, letter: 's' },
    load: () => import('./screens/start/start.tsx'),
  },
  {
    name: 'users',
    path: '/apps/$appID/users',
    permission: 'users:read',
    entry: { group: 'people', label: msg`Users`, icon: Users, letter: 'u' },
    load: () => import('./screens/users/users.tsx'),
  },
  {
    name: 'user',
    path: '/apps/$appID/users/$userID',
    permission: 'users:read',
    load: () => import('./screens/user/user.tsx'),
  },
  {
    name: 'messages',
    path: '/apps/$appID/messages',
    permission: 'messages:read',
    entry: { group: 'delivery', label: msg`Messages`, icon: Mail, letter: 'm' },
    load: () => import('./screens/messages/messages.tsx'),
  },
  {
    name: 'message',
    path: '/apps/$appID/messages/$messageID',
    permission: 'messages:read',
    load: () => import('./screens/message/message.tsx'),
  },
  {
    name: 'webhooks',
    path: '/apps/$appID/webhooks',
    permission: 'webhooks:read',
    entry: { group: 'delivery', label: msg`Webhooks`, icon: Webhook, letter: 'w' },
    load: () => import('./screens/webhooks/webhooks.tsx'),
  },
  {
    name: 'webhook',
    path: '/apps/$appID/webhooks/$webhookID',
    permission: 'webhooks:read',
    load: () => import('./screens/webhook/webhook.tsx'),
  },
  {
    name: 'delivery',
    path: '/apps/$appID/webhooks/$webhookID/deliveries/$deliveryID',
    permission: 'webhooks:read',
    load: () => import('./screens/delivery/delivery.tsx'),
  },
]
