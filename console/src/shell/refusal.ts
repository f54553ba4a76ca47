import { useLingui } from '@lingui/react/macro'
import { useSession } from '../api/session.ts'
import type { Screen } from '../screens.ts'

const isOfInstance = ({ path }: Pick<Screen, 'path'>): boolean => path.startsWith('/instance/')

/** Says why the operator may not see a screen; nothing of one that they may. */
export function useRefusal(): (screen: Pick<Screen, 'path' | 'permission'>) => string | undefined {
  const { t } = useLingui()
  const { permissions, apps } = useSession().operator
  return (screen) => {
    const { permission } = screen
    if (!permissions.includes(permission)) return t`Your role lacks the permission ${permission}.`
    return apps && isOfInstance(screen) ? t`You work with some applications. This is of the whole instance.` : undefined
  }
}
