import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import {
  Activity,
  AppWindow,
  ArrowLeftRight,
  Boxes,
  FileUp,
  Globe,
  House,
  IdCard,
  KeyRound,
  LogIn,
  type LucideIcon,
  Mail,
  ScrollText,
  ShieldCheck,
  SlidersHorizontal,
  Tag,
  Tags,
  Users,
  UsersRound,
  Webhook,
} from 'lucide-react'
import type { ComponentType } from 'react'
import type { ScreenPath } from './address.ts'
import type { Permission } from './api/call.ts'

type Group = 'overview' | 'people' | 'login' | 'delivery' | 'application' | 'instance'

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
  application: msg`Application`,
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
  {
    name: 'migration',
    path: '/apps/$appID/migration',
    permission: 'migration:read',
    entry: { group: 'people', label: msg`Migration`, icon: ArrowLeftRight, letter: 'r' },
    load: () => import('./screens/migration/migration.tsx'),
  },
  {
    name: 'imports',
    path: '/apps/$appID/imports',
    permission: 'imports:read',
    entry: { group: 'people', label: msg`Imports`, icon: FileUp, letter: 'f' },
    load: () => import('./screens/imports/imports.tsx'),
  },
  {
    name: 'import',
    path: '/apps/$appID/imports/$importID',
    permission: 'imports:read',
    load: () => import('./screens/import/import.tsx'),
  },
  {
    name: 'groups',
    path: '/apps/$appID/groups',
    permission: 'config:read',
    entry: { group: 'people', label: msg`Groups`, icon: UsersRound, letter: 'g' },
    load: () => import('./screens/groups/groups.tsx'),
  },
  {
    name: 'login',
    path: '/apps/$appID/login',
    permission: 'config:read',
    entry: { group: 'login', label: msg`Ways to log in`, icon: LogIn, letter: 'l' },
    load: () => import('./screens/login/login.tsx'),
  },
  {
    name: 'step-up',
    path: '/apps/$appID/step-up',
    permission: 'config:read',
    entry: { group: 'login', label: msg`Step-up`, icon: ShieldCheck, letter: 't' },
    load: () => import('./screens/step-up/step-up.tsx'),
  },
  {
    name: 'scopes',
    path: '/apps/$appID/scopes',
    permission: 'config:read',
    entry: { group: 'login', label: msg`Scopes`, icon: Tag, letter: 'c' },
    load: () => import('./screens/scopes/scopes.tsx'),
  },
  {
    name: 'claims',
    path: '/apps/$appID/claims',
    permission: 'config:read',
    entry: { group: 'login', label: msg`Claims`, icon: Tags, letter: 'j' },
    load: () => import('./screens/claims/claims.tsx'),
  },
  {
    name: 'domains',
    path: '/apps/$appID/domains',
    permission: 'domains:read',
    entry: { group: 'login', label: msg`Domains`, icon: Globe, letter: 'd' },
    load: () => import('./screens/domains/domains.tsx'),
  },
  {
    name: 'settings',
    path: '/apps/$appID/settings',
    permission: 'config:read',
    entry: { group: 'login', label: msg`Settings`, icon: SlidersHorizontal, letter: 'n' },
    load: () => import('./screens/settings/settings.tsx'),
  },
  {
    name: 'application',
    path: '/apps/$appID/application',
    permission: 'applications:read',
    entry: { group: 'application', label: msg`General`, icon: AppWindow, letter: 'o' },
    load: () => import('./screens/application/application.tsx'),
  },
  {
    name: 'keys',
    path: '/apps/$appID/keys',
    permission: 'keys:read',
    entry: { group: 'application', label: msg({ message: 'Keys', context: 'secrets' }), icon: KeyRound, letter: 'k' },
    load: () => import('./screens/keys/keys.tsx'),
  },
  {
    name: 'audit',
    path: '/apps/$appID/audit',
    permission: 'audit:read',
    entry: { group: 'application', label: msg`Audit`, icon: ScrollText, letter: 'a' },
    load: () => import('./screens/audit/audit.tsx'),
  },
  {
    name: 'applications',
    path: '/instance/applications',
    permission: 'applications:read',
    entry: { group: 'instance', label: msg`Applications`, icon: Boxes, letter: 'p' },
    load: () => import('./screens/applications/applications.tsx'),
  },
  {
    name: 'operators',
    path: '/instance/operators',
    permission: 'operators:read',
    entry: { group: 'instance', label: msg`Operators`, icon: IdCard, letter: 'e' },
    load: () => import('./screens/operators/operators.tsx'),
  },
  {
    name: 'health',
    path: '/instance/health',
    permission: 'health:read',
    entry: { group: 'instance', label: msg`Health`, icon: Activity, letter: 'h' },
    load: () => import('./screens/health/health.tsx'),
  },
  {
    name: 'audit',
    path: '/instance/audit',
    permission: 'audit:read',
    entry: { group: 'instance', label: msg`Instance audit`, icon: ScrollText, letter: 'i' },
    load: () => import('./screens/audit/audit.tsx'),
  },
]
