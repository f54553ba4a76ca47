export const proveBundle = async (_: string) => {}
