/** Records all cases of tests/explain/recorded afresh on the lab: `npm run record:explain`. */
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { recordedCases, recordingFile } from '../../explain/recording.ts';
import { startLab } from '../../support/lab.ts';
import { Playground } from './playground.ts';
import { applyCertificate, placesOf, record } from './record-case.ts';

const lab = await startLab([]);
try {
  const playground = await Playground.in(lab);
  await applyCertificate(playground);
  const places = await placesOf(playground);
  for (const one of recordedCases()) {
    const recording = await record(playground, one, places);
    writeFileSync(
      recordingFile(one.name),
      await format(JSON.stringify(recording), { parser: 'json', printWidth: 120 }),
    );
    process.stdout.write(`${one.name}: ${recording.answers.length} requests\n`);
  }
} finally {
  await lab.stop();
}
