// Shape "five" through plain cdk8s: the same objects, as ApiObjects in one chart, which is where its synthesis is
// quickest. Arguments: number of services, output folder, file with the five objects of service-0 as JSON.
import { readFileSync } from 'node:fs';
import { ApiObject, App, Chart, type ApiObjectProps } from 'cdk8s';

const [count = '3', outdir = 'out', template = 'five.json'] = process.argv.slice(2);
const five = readFileSync(template, 'utf8');
const app = new App({ outdir });
const chart = new Chart(app, 'services', { namespace: 'bench' });
for (let i = 0; i < Number(count); i++) {
  const objects = JSON.parse(five.replaceAll('service-0', `service-${i}`)) as ApiObjectProps[]; // five objects
  objects.forEach((object, index) => new ApiObject(chart, `${i}-${index}`, object));
}
app.synth();
