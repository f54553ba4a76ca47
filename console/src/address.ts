import { useNavigate, useParams, useSearch } from '@tanstack/react-router'

/** Where a screen stands; a name after `$` is a parameter. */
export type ScreenPath = `/apps/$appID${string}` | `/instance/${string}`

/** Texts as they stand in the address; whoever reads one says what it may be. */
export type Search = Readonly<Record<string, string | undefined>>

/** A parameter of the screen’s path. */
export function useParam(name: 'appID' | (string & {})): string {
  const params: Record<string, string | undefined> = useParams({ strict: false })
  return params[name] ?? ''
}

interface SearchState {
  readonly search: Search
  /** Changes some; what leads to other rows begins at the first page again. */
  readonly change: (changes: Search) => void
}

/** What the screen shows of all it could, as the address says. */
export function useSearchState(): SearchState {
  const search: Search = useSearch({ strict: false })
  const navigate = useNavigate()
  const change = (changes: Search) =>
    navigate({ to: '.', search: (old: Search) => ({ ...old, after: undefined, ...changes }), replace: true })
  return { search, change }
}
