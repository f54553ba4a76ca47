import { useLingui } from '@lingui/react/macro'

type Words = Readonly<Record<string, string>>

/** What the server’s names mean, to people. */
export function useWords(): { outcomes: Words; codes: Words; leftovers: Words } {
  const { t } = useLingui()
  return {
    outcomes: {
      created: t`created`,
      updated: t`updated`,
      unchanged: t`unchanged`,
      conflict: t`in conflict`,
      refused: t`refused`,
      skipped: t`skipped`,
    },
    codes: {
      no_identifier: t`no address or number that can be used`,
      taken: t`somebody here has proven the same`,
      taken_in_file: t`another line has the same`,
      two_candidates: t`two users here fit`,
      blocked_here: t`blocked here`,
      invalid_status: t`neither active nor blocked`,
      missing_external_id: t`no external id`,
      invalid_external_id: t`an external id that cannot be used`,
      invalid_json: t`no JSON`,
      not_utf8: t`not in UTF-8`,
      columns_differ: t`columns differ`,
    },
    leftovers: { second_factor: t`second factors`, passkey: t`passkeys` },
  }
}
