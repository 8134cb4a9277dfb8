#!/bin/sh
# Starts the corpus of each target from the samples of the protocol.
set -eu
cd "$(dirname "$0")"
samples=../crates/protocol/samples
mkdir -p corpus/client_message corpus/connect corpus/http_body corpus/received
cp "$samples"/client/*.json corpus/client_message/
cp "$samples"/http/*.request.json corpus/http_body/
cp "$samples"/server/*.json "$samples"/errors/*.json "$samples"/http/*.json corpus/received/
grep '^?' "$samples/connect.md" | cut -c2- | while read -r query; do
    name=$(printf '%s' "$query" | cksum | cut -d' ' -f1)
    printf '%s' "$query" > "corpus/connect/$name"
done
