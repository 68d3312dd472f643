// Loaded into the user's app by `weft synth`: writes what the app died of into a file, so that it can be shown
// without a trace through the libraries. An app that handles its errors itself is left alone.
'use strict';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- what is preloaded by --require is CommonJS
const { writeFileSync } = require('node:fs');

process.on('uncaughtExceptionMonitor', (error) => {
  const file = process.env.WEFT_FAILURE_FILE;
  if (!file || process.listenerCount('uncaughtException') > 0) return;
  const isError = error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error);
  const problems = isError && Array.isArray(error.problems) ? error.problems : undefined;
  try {
    writeFileSync(
      file,
      JSON.stringify({
        name: isError ? String(error.name) : 'Error',
        message: isError ? String(error.message) : String(error),
        stack: isError ? String(error.stack) : '',
        problems,
      }),
    );
  } catch {
    return; // then Node prints it, as without us
  }
  // Only what Node prints has the place in the source.
  if (error instanceof SyntaxError) return;
  // Node asks for handlers after this one has run: with one, it prints nothing itself.
  process.once('uncaughtException', () => process.exit(1));
});
