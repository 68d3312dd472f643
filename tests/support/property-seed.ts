import { configureGlobal } from 'fast-check';

// Before every test file. A run of CI says something about its commit: the runner names the seed there, so that a
// second run of the same files tries the same values. Anywhere else each run tries others.
const seed = process.env['WEFT_PROPERTY_SEED'];
if (seed !== undefined && seed !== '') configureGlobal({ seed: Number(seed) });
