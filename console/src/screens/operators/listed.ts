import type { ListOperatorsResponse } from '../../api/operations.ts'

/** An operator as the roster has them. */
export type Listed = ListOperatorsResponse['operators'][number]
