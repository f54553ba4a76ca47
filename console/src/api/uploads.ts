import { useSyncExternalStore } from 'react'
import { call, upload } from './call.ts'
import { asFailure, Failure } from './failure.ts'

/** A file on its way into an import. */
export interface Upload {
  readonly file: File
  readonly sentBytes: number
  /** `waiting`: no answer comes; it tries again by itself. */
  readonly state: 'sending' | 'waiting' | 'done' | 'failed'
  readonly failure?: Failure
}

const PIECE_BYTES = 1024 * 1024
/** How long nobody may answer before somebody has to press a button. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000]

const TYPE = 'application/x-ndjson'

/** By import. They go on when another screen is shown. */
const uploads = new Map<string, Upload>()
const watchers = new Set<() => void>()

export const useUpload = (importID: string): Upload | undefined => useSyncExternalStore(watch, () => uploadOf(importID))

/** What was chosen for an import here. */
export const uploadOf = (importID: string): Upload | undefined => uploads.get(importID)

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

function put(importID: string, change: Upload): void {
  uploads.set(importID, change)
  for (const watcher of watchers) watcher()
}

interface Path {
  readonly appID: string
  readonly importID: string
}

/** Sends what the server does not have yet of a file, piece by piece. */
export async function sendFile(path: Path, file: File): Promise<void> {
  const { importID } = path
  const { state } = uploadOf(importID) ?? {}
  if (state === 'sending' || state === 'waiting') return
  put(importID, { file, sentBytes: 0, state: 'sending' })
  try {
    await sendPieces(path, file)
    put(importID, { file, sentBytes: file.size, state: 'done' })
  } catch (error) {
    const sentBytes = uploadOf(importID)?.sentBytes ?? 0
    put(importID, { file, sentBytes, state: 'failed', failure: asFailure(error) })
  }
}

async function sendPieces(path: Path, file: File): Promise<void> {
  const received = await receivedOf(path)
  if (file.size < received) throw new Failure('import_offset', 'The file is shorter than what was received.', 0)
  // The last piece once more: the server refuses it if it is of another file.
  let at = received === 0 ? 0 : Math.floor((received - 1) / PIECE_BYTES) * PIECE_BYTES
  while (at < file.size) {
    put(path.importID, { file, sentBytes: at, state: 'sending' })
    at = await patiently(path, file, at)
  }
}

/** Sends one piece; answers where the next begins. */
async function patiently(path: Path, file: File, at: number): Promise<number> {
  const body = file.slice(at, at + PIECE_BYTES)
  for (const pause of [...PAUSES_MS, undefined]) {
    try {
      const answer = await upload('putImportLines', { path: { ...path }, query: { offset: at } }, { type: TYPE, body })
      return answer.received_bytes
    } catch (error) {
      if (!asFailure(error).isLost || pause === undefined) throw error
      put(path.importID, { file, sentBytes: at, state: 'waiting' })
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
  return at
}

const receivedOf = async (path: Path): Promise<number> =>
  (await call('getImport', { path: { ...path } })).import.progress.received_bytes
