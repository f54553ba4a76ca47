import { Trans, useLingui } from '@lingui/react/macro'
import { call } from '../../api/call.ts'
import type { User, UserIdentifier } from '../../api/operations.ts'
import { AskingButton } from '../../parts/asking-button.tsx'
import { Badge } from '../../parts/badge.tsx'
import { AddIdentifier } from './add-identifier.tsx'
import type { UserPath } from './path.ts'
import { Removal } from './removal.tsx'

/** Addresses and numbers of the user, to be added and taken away. */
export function OwnIdentifiers({ user, path }: { user: User; path: UserPath }) {
  return (
    <section className="stack">
      <div className="line-above">
        <h2>
          <Trans>Identifiers</Trans>
        </h2>
        <AskingButton operation="createIdentifier" dialog={(close) => <AddIdentifier path={path} onClose={close} />}>
          <Trans>Add an identifier</Trans>
        </AskingButton>
      </div>
      {user.identifiers.length === 0 ? (
        <p className="quiet">
          <Trans>There is none: the user logs in by a linked account or a passkey alone.</Trans>
        </p>
      ) : (
        <ul className="plain-list lines">
          {user.identifiers.map((identifier) => (
            <li key={`${identifier.type} ${identifier.value}`} className="line">
              <Line identifier={identifier} path={path} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Line({ identifier: { type, value, verified }, path }: { identifier: UserIdentifier; path: UserPath }) {
  const { t } = useLingui()
  const isProven = verified !== false
  return (
    <>
      <div>
        <bdi>{value}</bdi>{' '}
        <Badge tone={isProven ? 'good' : 'warn'}>{isProven ? <Trans>proven</Trans> : <Trans>not proven</Trans>}</Badge>
      </div>
      <Removal
        operation="deleteIdentifier"
        name={value}
        title={t`Remove the identifier`}
        undo={t`To undo it, add the identifier again.`}
        said={t`The identifier is removed.`}
        shownBy="getUser"
        remove={() => call('deleteIdentifier', { path: { ...path }, body: { identifier: { type, value } } })}
      >
        <Trans>
          Nobody logs in as this user by it any more. Sessions go on. The user is told, where security notices are on.
        </Trans>
      </Removal>
    </>
  )
}
