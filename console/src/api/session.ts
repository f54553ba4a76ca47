import { useQuery } from '@tanstack/react-query'
import { createContext, use } from 'react'
import { type Operation, type Permission, permissionOf } from './call.ts'
import type { Failure } from './failure.ts'
import { queryClient } from './query.ts'
import { sendOnce } from './send.ts'

export interface OwnPasskey {
  readonly credential_id: string
  readonly nickname: string | null
  readonly created_at: string
  readonly last_used_at: string | null
}

export interface OfferedApplication {
  readonly id: string
  readonly name: string
  readonly mode: 'dev' | 'prod'
}

export interface Session {
  readonly operator: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly role: string
    /** Ids of applications; null: all. */
    readonly apps: readonly string[] | null
    readonly permissions: readonly string[]
  }
  readonly session: {
    readonly method: 'invitation' | 'passkey' | 'company'
    readonly started_at: string
    readonly ends_at: string
    readonly proven_until: string | null
  }
  readonly applications: readonly OfferedApplication[]
  readonly passkeys: readonly OwnPasskey[]
  readonly version: string
}

const KEY = ['session']

export const readSession = async () => (await sendOnce({ method: 'GET', url: '/console/session' })) as Session

/** Who is logged in; a failure `not_signed_in` says that nobody is. */
export const useSessionQuery = () =>
  useQuery<Session, Failure>({
    queryKey: KEY,
    queryFn: readSession,
    staleTime: Number.POSITIVE_INFINITY,
  })

/** Takes over a session that was just answered; what somebody else saw is forgotten. */
export function keepSession(session: Session): void {
  const before = queryClient.getQueryData<Session>(KEY)
  if (before && before.operator.id !== session.operator.id) queryClient.clear()
  queryClient.setQueryData(KEY, session)
}

/** Has it asked for again who is logged in, and what there is for them. */
export const refreshSession = (): Promise<void> => queryClient.invalidateQueries({ queryKey: KEY })

export const SessionContext = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('nobody is logged in here')
  return session
}

/** Whether the operator's role has the permission. */
export function useAllowed(permission: Permission): boolean {
  return useSession().operator.permissions.includes(permission)
}

export const useMayCall = (operation: Operation): boolean => useAllowed(permissionOf(operation))
