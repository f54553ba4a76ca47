const NAME = 'antiphon-console'

/** Tells the other tabs of the console that somebody is logged in here: one of them may wait for it. */
export function tellOtherTabs(): void {
  const channel = new BroadcastChannel(NAME)
  channel.postMessage('logged-in')
  channel.close()
}

/** Calls when somebody is logged in in another tab. Answers what ends it. */
export function onOtherTab(listener: () => void): () => void {
  const channel = new BroadcastChannel(NAME)
  channel.addEventListener('message', listener)
  return () => channel.close()
}
