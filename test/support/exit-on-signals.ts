// A test run that is interrupted must not leave workerd or a browser behind: both end with the process that
// started them only where that process exits, and a signal alone makes it vanish without its exit handlers.
for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) {
  process.once(event, () => process.exit(1));
}
