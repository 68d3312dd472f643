// Writes manifests in a process of its own, which a test may give another user or another file system.
import { writeManifests } from '../../charts-src/app/write-manifests.ts';

const [folder = '', files = '{}'] = process.argv.slice(2);
try {
  const report = writeManifests(folder, new Map(Object.entries(JSON.parse(files) as Record<string, string>)));
  process.stdout.write(JSON.stringify(report));
} catch (error) {
  process.stdout.write(error instanceof Error ? `${error.name}: ${error.message}` : 'no error');
  process.exitCode = 2;
}
