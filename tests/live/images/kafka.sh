#!/bin/sh
# What the image apache/kafka does when it starts: KAFKA_SOME_NAME becomes some.name of server.properties, an empty disk is
# formatted, then it serves. Real is Kafka itself; played are the image's scripts.
set -eu
settings=/tmp/server.properties
env | sed -n 's/^KAFKA_\([A-Z0-9_]*\)=/\1=/p' | while IFS='=' read -r name value; do
  printf '%s=%s\n' "$(printf '%s' "$name" | tr 'A-Z_' 'a-z.')" "$value"
done >"$settings"
java_kafka() { exec java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$JARS/*" "$@"; }
(java_kafka kafka.tools.StorageTool format --ignore-formatted --cluster-id "$CLUSTER_ID" --config "$settings")
java_kafka kafka.Kafka "$settings"
