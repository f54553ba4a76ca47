import schema from 'virtual:schema/UpdateApplicationRequest'
import { Trans, useLingui } from '@lingui/react/macro'
import { call } from '../../api/call.ts'
import type { Application, UpdateApplicationRequest } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { refreshSession } from '../../api/session.ts'
import { SchemaForm } from '../../parts/form/schema-form.tsx'

/** The lines of a list in which something stands. One that was emptied is sent as such: what is missing would stay. */
const linesOf = (list: readonly string[] = []): string[] => list.filter((line) => line.trim() !== '')

/** Name and origins. */
export function ApplicationForm({ application }: { application: Application }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const { id: appID, name, public_origins, allowed_origins, redirect_uris } = application
  const save = async (draft: UpdateApplicationRequest) => {
    const body = {
      ...draft,
      public_origins: linesOf(draft.public_origins),
      allowed_origins: linesOf(draft.allowed_origins),
      redirect_uris: linesOf(draft.redirect_uris),
    }
    await call('updateApplication', { path: { appID }, body })
    await Promise.all([refresh('getApplication', 'listApplications'), refreshSession()])
    return t`Saved.`
  }
  return (
    <SchemaForm
      schema={schema}
      value={{ name, public_origins, allowed_origins, redirect_uris }}
      operation="updateApplication"
      verb={<Trans>Save</Trans>}
      save={save}
      labels={{
        name: t`Name`,
        public_origins: t`Origins that clients reach it at, one a line`,
        allowed_origins: t`Other origins whose pages may call it, one a line`,
        redirect_uris: t`Where a login through another party may return to, one a line`,
      }}
    />
  )
}
