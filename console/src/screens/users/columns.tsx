import { msg } from '@lingui/core/macro'
import type { User } from '../../api/operations.ts'
import type { Column } from '../../parts/data-table.tsx'
import { Identifiers } from '../../parts/identifiers.tsx'
import { Time } from '../../parts/time.tsx'
import { UserLink } from '../../parts/user-link.tsx'
import { UserStatus } from '../../parts/user-status.tsx'

export const COLUMNS: readonly Column<User>[] = [
  { id: 'id', header: msg`Id`, cell: ({ id }) => <UserLink id={id} /> },
  { id: 'external_id', header: msg`External id`, cell: ({ external_id }) => external_id },
  { id: 'identifiers', header: msg`Identifiers`, cell: ({ identifiers }) => <Identifiers identifiers={identifiers} /> },
  { id: 'status', header: msg`Status`, cell: ({ status }) => <UserStatus status={status} /> },
  { id: 'created_at', header: msg`Created`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
]
