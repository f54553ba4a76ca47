import type { Words } from '../../platform/words.ts'
import { idOf } from '../cast.ts'

const OPERATOR = idOf('opr')
const BY = `operator:${idOf('opr')}`

/** Those who work with the console. */
export const operators: Words = {
  operator: ['The operator.'],
  operators: ['Those who work with the console.'],
  operatorID: ['Id of the operator.', OPERATOR],
  'operators.id': ['Id of the operator.', OPERATOR],
  'Operator.id': ['Id of the operator.', OPERATOR],
  role: ['What they may do: `owner`, `admin`, `developer`, `support`, `analyst` or `auditor`.', 'support'],
  'operators.created_by': ['Who took them onto the roster.', BY],
  'Operator.created_by': ['Who took them onto the roster.', BY],
  'operators.passkeys': ['How many they have.', 1],
  'operators.sessions': ['How many of theirs live.', 1],
  invitation: ['What lets them in.'],
  'OperatorInvitation.token': ['Lets its holder in as this operator, once.', 'aoi_w2Ch9…'],
  'EndOperatorSessionsResponse.ended': ['How many ended.', 1],
}
