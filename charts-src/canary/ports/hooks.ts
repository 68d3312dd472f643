import type { Cancellation } from './cancellation.ts';
import type { Result } from './failure.ts';
import type { HookCall } from '../plan.ts';

/** What a hook is told: as JSON in the body of a web call, as `WEFT_…` variables of a command. */
export interface HookContext {
  /** The same for a call that is repeated after a crash: `<run>/<step>/<hook>`. Sent as `Idempotency-Key`. */
  readonly key: string;
  readonly run: string;
  readonly hook: string;
  readonly phase: string;
  readonly namespace: string;
  readonly host: string;
  readonly stable: string;
  readonly canary: string;
  /** Counted from 1; 0 before the first step. */
  readonly step: number;
  /** Per cent that the canary gets now. */
  readonly weight: number;
}

/** What a hook answered. */
export type HookAnswer =
  /** 2xx, or exit code 0. */
  | { readonly answer: 'yes'; readonly said: string }
  /** Any other answer: the words are kept for status. */
  | { readonly answer: 'no'; readonly said: string };

/** Web calls and commands that a plan names. Tries once. */
export interface Hooks {
  call(hook: HookCall, context: HookContext, signal: Cancellation): Promise<Result<HookAnswer>>;
}
