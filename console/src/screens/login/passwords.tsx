import schema from 'virtual:schema/LoginPasswordConfigInput'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { LoginPasswordConfigInput } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Remove } from './remove.tsx'
import { Single } from './single.tsx'

const SHOWN = ['getLoginPasswordConfig', 'listFindings'] as const

const TEN_MINUTES_NS = 600_000_000_000

/** What a new configuration begins with. */
const INITIAL: LoginPasswordConfigInput = {
  enabled: true,
  rate_limit_login_ip: { ttl: TEN_MINUTES_NS, limit: 100 },
  rate_limit_login_identifier: { ttl: TEN_MINUTES_NS, limit: 10 },
  password_compliancy: { min_length: 8, max_length: 128, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 },
}

/** Logins by password. */
export function Passwords() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const read = useRead('getLoginPasswordConfig', { path })
  const isSet = !read.error && read.data !== undefined
  return (
    <Single
      read={read}
      about={<Trans>Passwords are off. Those that an import brings wait until they are on.</Trans>}
      removal={
        <Remove
          operation="deleteLoginPasswordConfig"
          name={t`passwords`}
          remove={() => call('deleteLoginPasswordConfig', { path })}
          shownBy={SHOWN}
        />
      }
      schema={schema}
      initial={{ ...INITIAL }}
      create="createLoginPasswordConfig"
      update="updateLoginPasswordConfig"
      shownBy={SHOWN}
      save={(draft) => {
        const body = draft as unknown as LoginPasswordConfigInput
        return call(isSet ? 'updateLoginPasswordConfig' : 'createLoginPasswordConfig', { path, body })
      }}
    />
  )
}
