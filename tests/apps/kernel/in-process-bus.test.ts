import { pino } from 'pino';
import { inProcessBus } from '../../../apps/shared/bus/in-process-bus.ts';
import { describeBus } from '../../services/bus-contract.ts';

const log = pino({ level: 'silent' });

describeBus('in one process', { open: () => inProcessBus({ log, retryAfterMs: [1, 5] }), isShared: false });
