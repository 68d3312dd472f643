import type { PortFailure } from '../../../charts-src/canary/ports/failure.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';

/** A failure of the world, as a command reports it. */
export const portFailure = (failure: PortFailure): Failure =>
  new Failure(sentence(failure.message), { exitCode: exitCodeOf(failure) });

/** What is not there, or is refused as it is, was asked for wrongly; all else may be well later. */
const exitCodeOf = ({ type }: PortFailure): ExitCode =>
  type === 'not-found' || type === 'rejected' ? exitCode.usage : exitCode.unreachable;

/** The first letter of a message is the start of a call in words: `read VirtualService shop/orders: …`. */
const sentence = (message: string): string => message.trimEnd();
