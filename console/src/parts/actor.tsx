import { Trans } from '@lingui/react/macro'
import { useRead } from '../api/query.ts'
import { useAllowed, useSession } from '../api/session.ts'

const OPERATOR = 'operator:'

/** Names by actor, for whoever may read the operators; nobody’s for others. */
export function useOperatorNames(): ReadonlyMap<string, string> {
  const { operator } = useSession()
  const isAllowed = useAllowed('operators:read') && operator.apps === null
  const { data } = useRead('listOperators', {}, { enabled: isAllowed })
  return new Map(data?.operators.map(({ id, name }) => [OPERATOR + id, name]))
}

/** Who did something, as the API names them; operators by their names where those may be read. */
export function Actor({ actor, names }: { actor: string | null; names: ReadonlyMap<string, string> }) {
  const name = actor && names.get(actor)
  if (!actor) return <Trans>unknown</Trans>
  if (actor === 'cli') return <Trans>command line</Trans>
  return name ? <span title={actor}>{name}</span> : <code>{actor}</code>
}
