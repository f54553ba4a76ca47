import { useParam } from '../address.ts'
import { ScreenLink } from './screen-link.tsx'

/** The id of a user, which leads to the user. */
export function UserLink({ id }: { id: string }) {
  const appID = useParam('appID')
  return (
    <ScreenLink to="/apps/$appID/users/$userID" params={{ appID, userID: id }} className="id">
      {id}
    </ScreenLink>
  )
}
