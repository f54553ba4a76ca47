import { ENGINES, type EngineName, type World, world } from '../world.ts'

export type Stage<T> = T & { readonly engine: EngineName; readonly w: World }

/**
 * One world per engine for a whole file, with what `prepare` makes in it.
 *
 * To be awaited before the first test is declared, and nothing after it: tests start at once, and when they have caught up with a file
 * that is still waiting, the runner takes it for finished and closes its worlds.
 */
export async function stages(): Promise<Stage<object>[]>
export async function stages<T extends object>(prepare: (w: World) => Promise<T>): Promise<Stage<T>[]>
export async function stages(prepare: (w: World) => Promise<object> = async () => ({})): Promise<Stage<object>[]> {
  return await Promise.all(
    ENGINES.map(async (engine) => {
      const w = await world(engine)
      return { ...(await prepare(w)), engine, w }
    }),
  )
}
