/** What `weft synth` and `cdk8s synth` run: every environment, each in its own folder of dist/. */
import { MeshApp } from 'weftmesh';
import { environments } from './environments.ts';
import { shop } from './shop.ts';

const app = new MeshApp();
for (const environment of environments) shop(app, environment);
app.synth();
