import { ScreenLink } from './screen-link.tsx'

/** The id of an application, which leads to it. */
export function AppLink({ id, children = id }: { id: string; children?: string }) {
  return (
    <ScreenLink to="/apps/$appID/application" params={{ appID: id }}>
      <bdi>{children}</bdi>
    </ScreenLink>
  )
}
