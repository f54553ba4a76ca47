import { ENGINES, type EngineName, type World, world } from '../world.ts'

export type Stage<T> = T & { readonly engine: EngineName; readonly w: World }

/** One world per engine for a whole file, with what `prepare` makes in it. */
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
