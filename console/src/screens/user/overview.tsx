import { Trans, useLingui } from '@lingui/react/macro'
import type { User } from '../../api/operations.ts'
import { AskingButton } from '../../parts/asking-button.tsx'
import { Fact } from '../../parts/fact.tsx'
import { ScrollRegion } from '../../parts/scroll-region.tsx'
import { Time } from '../../parts/time.tsx'
import { UserStatus } from '../../parts/user-status.tsx'
import { EditProfile } from './edit-profile.tsx'
import { ExternalId } from './external-id.tsx'
import { OwnIdentifiers } from './own-identifiers.tsx'
import type { UserPath } from './path.ts'
import { SetPassword } from './set-password.tsx'

export function Overview({ user, path }: { user: User; path: UserPath }) {
  const { t } = useLingui()
  const { status, external_id, internal_id, created_at, updated_at } = user
  return (
    <div className="stack">
      <dl className="facts">
        <Fact name={<Trans>Status</Trans>}>
          <UserStatus status={status} />
        </Fact>
        <Fact name={<Trans>External id</Trans>}>
          <bdi>{external_id ?? <Trans>none</Trans>}</bdi>{' '}
          <AskingButton
            operation="updateExternalId"
            aria-label={t`Set the external id`}
            dialog={(close) => <ExternalId user={user} path={path} onClose={close} />}
          >
            <Trans>Set</Trans>
          </AskingButton>
        </Fact>
        {internal_id && <Fact name={<Trans>Internal id</Trans>}>{internal_id}</Fact>}
        <Fact name={<Trans>Password</Trans>}>
          <AskingButton operation="setUserPassword" dialog={(close) => <SetPassword path={path} onClose={close} />}>
            <Trans>Set a password</Trans>
          </AskingButton>
        </Fact>
        <Fact name={<Trans>Created</Trans>}>
          <Time at={created_at} />
        </Fact>
        <Fact name={<Trans>Changed last</Trans>}>
          <Time at={updated_at} />
        </Fact>
      </dl>
      <OwnIdentifiers user={user} path={path} />
      <Profile user={user} path={path} />
    </div>
  )
}

function Profile({ user, path }: { user: User; path: UserPath }) {
  const text = JSON.stringify(user.profile, null, 2)
  return (
    <section className="stack">
      <div className="line-above">
        <h2>
          <Trans>Profile</Trans>
        </h2>
        <AskingButton
          operation="updateUserProfile"
          dialog={(close) => <EditProfile profile={user.profile} path={path} onClose={close} />}
        >
          <Trans>Edit</Trans>
        </AskingButton>
      </div>
      <ScrollRegion label="JSON">
        <pre>{text}</pre>
      </ScrollRegion>
    </section>
  )
}
