#!/bin/sh
# Writes Sources/GantryWeightImport/ONNX/onnx.pb.swift from onnx.proto. Needs protoc (Debian: protobuf-compiler) and
# protoc-gen-swift, which the swift-protobuf package of this project's dependencies builds: swift build --product
# protoc-gen-swift, in .build/checkouts/swift-protobuf.
set -eu
cd "$(dirname "$0")"
protoc --swift_out=../../Sources/GantryWeightImport/ONNX onnx.proto
