#!/bin/sh
# What the image apache/kafka has as /opt/kafka/bin/kafka-topics.sh; Kafka's own tools are not among its Maven artifacts.
exec node "$TOPICS_PROGRAM" "$@"
