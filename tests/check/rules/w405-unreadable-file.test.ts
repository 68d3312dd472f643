import { unreadableFile } from '../../../charts-src/check/rules/w405-unreadable-file.ts';
import { testPassesOn } from '../reading-fault.ts';

// Files are opened by the command line: tests/cli/check.test.ts has one that cannot be.
testPassesOn(unreadableFile, 'unreadable');
