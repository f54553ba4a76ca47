import { Trans } from '@lingui/react/macro'
import type { User } from '../../api/operations.ts'
import { Fact } from '../../parts/fact.tsx'
import { Identifiers } from '../../parts/identifiers.tsx'
import { ScrollRegion } from '../../parts/scroll-region.tsx'
import { Time } from '../../parts/time.tsx'
import { UserStatus } from '../../parts/user-status.tsx'

export function Overview({ user }: { user: User }) {
  const { status, external_id, internal_id, identifiers, profile, created_at, updated_at } = user
  return (
    <div className="stack">
      <dl className="facts">
        <Fact name={<Trans>Status</Trans>}>
          <UserStatus status={status} />
        </Fact>
        <Fact name={<Trans>Identifiers</Trans>}>
          <Identifiers identifiers={identifiers} />
        </Fact>
        {external_id && <Fact name={<Trans>External id</Trans>}>{external_id}</Fact>}
        {internal_id && <Fact name={<Trans>Internal id</Trans>}>{internal_id}</Fact>}
        <Fact name={<Trans>Created</Trans>}>
          <Time at={created_at} />
        </Fact>
        <Fact name={<Trans>Changed last</Trans>}>
          <Time at={updated_at} />
        </Fact>
      </dl>
      <Profile profile={profile} />
    </div>
  )
}

function Profile({ profile }: Pick<User, 'profile'>) {
  const { title, text } = { title: <Trans>Profile</Trans>, text: JSON.stringify(profile, null, 2) }
  return (
    <section className="stack">
      <h2>{title}</h2>
      <ScrollRegion label="JSON">
        <pre>{text}</pre>
      </ScrollRegion>
    </section>
  )
}
