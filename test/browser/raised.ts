import assert from 'node:assert/strict'
import type { Method, Sdk } from './page.ts'
import { lines, type Tab } from './tab.ts'

/** The error classes of the SDK that were raised in this process, each with what raised it last. */
export const raised = new Map<string, string>()

/** Calls the SDK in vain: the server's last answer is `line`, and for it the SDK throws an error of the class `kind`. */
export async function assertRaises<M extends Method>(
  tab: Tab,
  kind: string,
  line: string,
  method: M,
  ...args: Parameters<Sdk[M]>
): Promise<void> {
  await lines(tab)
  assert.equal(await tab.sdkError(method, ...args), kind, line)
  assert.equal((await lines(tab)).at(-1), line)
  raised.set(kind, line)
}
