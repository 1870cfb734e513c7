const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Does some work before a signal ends the process, as that signal does. Call what it gives when there is nothing to do any more. */
export function cleanUpOnSignal(work: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    release();
    work();
    process.kill(process.pid, signal);
  };
  const release = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('exit', work);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('exit', work);
  return release;
}
