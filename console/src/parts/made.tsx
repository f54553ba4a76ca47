import { Actor, useOperatorNames } from './actor.tsx'
import { Time } from './time.tsx'

/** Who made something, and when, in a table. */
export function Made({ of: { created_by, created_at } }: { of: { created_by: string | null; created_at: string } }) {
  return (
    <>
      <Actor actor={created_by} names={useOperatorNames()} />
      <br />
      <span className="quiet">
        <Time at={created_at} isInTable />
      </span>
    </>
  )
}
