export default {
  // Else `next dev` serves its scripts to pages at `localhost` alone.
  allowedDevOrigins: ['127.0.0.1'],
  // Else it looks for the lock file of the repository around.
  turbopack: { root: import.meta.dirname },
}
