// Makes a topic as kafka-topics.sh does, by the words that the charts say to it. Runs beside a bundle, which brings the client.
import { parseArgs } from 'node:util';
import { Admin } from '@platformatic/kafka';

const { values } = parseArgs({
  options: {
    'bootstrap-server': { type: 'string' },
    create: { type: 'boolean' },
    'if-not-exists': { type: 'boolean' },
    topic: { type: 'string' },
    partitions: { type: 'string' },
    'replication-factor': { type: 'string' },
    config: { type: 'string', multiple: true, default: [] },
  },
});
const admin = new Admin({ clientId: 'kafka-topics', bootstrapBrokers: [values['bootstrap-server']], retries: 5 });
try {
  await admin.createTopics({
    topics: [values.topic],
    partitions: Number(values.partitions),
    replicas: Number(values['replication-factor']),
    configs: values.config.map((word) => {
      const [name, value] = word.split('=');
      return { name, value };
    }),
  });
} catch (error) {
  if (!/already exists|TOPIC_ALREADY_EXISTS/.test(JSON.stringify(error, Object.getOwnPropertyNames(error))))
    throw error;
} finally {
  await admin.close();
}
