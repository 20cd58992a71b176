/** What asks a run to stop: the part of an `AbortSignal` that is used, which has it in every environment. */
interface StopSignal {
  readonly aborted: boolean;
  /** What the run is then rejected with. */
  readonly reason?: unknown;
}

/** Ends what runs by throwing the signal's reason, once it asks for that. */
function throwIfStopped(signal: StopSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw signal.reason instanceof Error ? signal.reason : new Error('stopped', { cause: signal.reason });
}

export { throwIfStopped };
export type { StopSignal };
