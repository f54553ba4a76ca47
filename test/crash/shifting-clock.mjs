// Preloaded into a server: its wall clock is set at each SIGUSR2, forward and back, as nobody's should be.
const real = Date.now
const DAY_MS = 86_400_000
const jumps = [2 * 3_600_000, -3_600_000, 40 * DAY_MS, -40 * DAY_MS, 0]
let offset = 0
let next = 0
Date.now = () => real() + offset
process.on('SIGUSR2', () => {
  offset = jumps[next++ % jumps.length]
})
