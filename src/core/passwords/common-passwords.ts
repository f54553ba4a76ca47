let loading: Promise<ReadonlySet<string>> | undefined

/** The list takes some megabytes: it is loaded with the first password that is set. */
async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set(dictionary['passwords-common'])
}

/** Whether a password is among the most common ones, in any case. */
export async function isCommon(password: string): Promise<boolean> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return (await loading).has(password.normalize('NFKC').toLowerCase())
}
