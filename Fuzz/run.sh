#!/bin/sh
# Fuzzes this project's own parsing, one target after the other, and fails on the first crash.
#
#     Fuzz/run.sh [target...]        every target, or those named
#
# FUZZ_SECONDS (60) bounds each target. Targets are built with address and undefined-behaviour sanitizer. Inputs that
# were worth keeping stay in .build/fuzz/corpus, what crashed a target in .build/fuzz/findings.
set -eu
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}
build=.build/fuzz
dicom=Sources/CDICOM
protobuf=.build/checkouts/swift-protobuf/Sources/SwiftProtobuf
mkdir -p "$build/findings" "$build/objects"

sanitized="-g -O1 -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined"
swift="swiftc -O -g -parse-as-library -swift-version 6 -package-name gantry -sanitize=fuzzer,address"
swift="$swift -use-ld=lld -I $build/objects"

# dicom_target NAME SOURCE...: a C or C++ target with the sources of CDICOM that it drives.
dicom_target() {
    name=$1
    shift
    objects=""
    for source in "$@" "Fuzz/Targets/$name.cpp"; do
        object=$build/objects/$name-$(basename "$source").o
        case $source in
        *.c) clang $sanitized -I "$dicom/include" -I "$dicom" ${includes:-} -c "$source" -o "$object" ;;
        *) clang++ $sanitized -std=c++17 -I "$dicom/include" -I "$dicom" ${includes:-} -c "$source" -o "$object" ;;
        esac
        objects="$objects $object"
    done
    clang++ -fuse-ld=lld $sanitized $objects -o "$build/$name" -lz ${libraries:-}
}

# The bridge to libpng and libjpeg-turbo, which themselves are not instrumented.
image_target() {
    objects=""
    for source in Sources/CImageFiles/*.c; do
        object=$build/objects/image_files-$(basename "$source").o
        clang $sanitized -I Sources/CImageFiles/include -c "$source" -o "$object"
        objects="$objects $object"
    done
    clang++ -fuse-ld=lld $sanitized -std=c++17 -I Sources/CImageFiles/include $objects Fuzz/Targets/image_files.cpp \
        -o "$build/image_files" -lpng16 -ljpeg
}

# swift_module NAME SOURCE...: a module that a Swift target imports.
swift_module() {
    name=$1
    shift
    [ "$build/objects/$name.o" -nt "$build/started" ] || $swift -module-name "$name" -wmo -emit-module \
        -emit-module-path "$build/objects/$name.swiftmodule" -emit-object "$@" -o "$build/objects/$name.o"
}

# swift_target NAME SOURCE...: a Swift target, compiled together with the sources and objects it drives.
swift_target() {
    name=$1
    shift
    $swift -module-name "fuzz_$name" "$@" "Fuzz/Targets/$name.swift" -o "$build/$name"
}

# The C half of the sandbox, as a module and as objects in $sandbox.
sandbox_objects() {
    cp Sources/CSandbox/include/csandbox.h "$build/objects/"
    printf 'module CSandbox { header "csandbox.h" export * }\n' >"$build/objects/module.modulemap"
    sandbox=""
    for source in Sources/CSandbox/*.c; do
        object=$build/objects/CSandbox-$(basename "$source").o
        clang -g -O1 -fsanitize=address -I Sources/CSandbox/include -c "$source" -o "$object"
        sandbox="$sandbox $object"
    done
}

# What the importers of weights stand on: as modules, as arguments in $modules, and the sandbox's objects.
weight_modules() {
    import=Sources/GantryWeightImport
    sandbox_objects
    swift_module GantryCore $(find Sources/GantryCore -name '*.swift')
    swift_module GantryGround $(find Sources/GantryGround -name '*.swift') -I Sources/COpenSSL
    swift_module GantryTensors $(find Sources/GantryTensors -name '*.swift') -I Sources/COpenSSL
    swift_module GantryArrays $(find Sources/GantryArrays -name '*.swift') -I Sources/COpenSSL -I Sources/CZlib
    modules="$build/objects/GantryCore.o $build/objects/GantryGround.o $build/objects/GantryTensors.o"
    modules="$modules $build/objects/GantryArrays.o -I Sources/COpenSSL -I Sources/CZlib -lcrypto -lz"
}

build_target() {
    case $1 in
    run_length) dicom_target run_length "$dicom/Codecs/RunLength.cpp" "$dicom/Guard.cpp" ;;
    jpeg_lossless) dicom_target jpeg_lossless "$dicom/Codecs/JPEGLossless.c" "$dicom/Codecs/JPEGSegments.c" ;;
    jpeg_ls)
        libraries=-lcharls
        dicom_target jpeg_ls "$dicom"/Codecs/JPEGLS*.c "$dicom/Codecs/JPEGSegments.c"
        ;;
    jpeg_stream)
        dicom_target jpeg_stream "$dicom/Codecs/JPEGStream.cpp" "$dicom/Codecs/JPEGSegments.c" "$dicom/Guard.cpp"
        ;;
    jpeg_2000)
        libraries=-lopenjp2 includes="-I Tests/COpenJPEG/include"
        dicom_target jpeg_2000 "$dicom"/Codecs/JPEG2000*.c Tests/COpenJPEG/openjpeg_encode.c
        ;;
    jpeg_2000_stream) dicom_target jpeg_2000_stream "$dicom/Codecs/JPEG2000Stream.cpp" "$dicom/Guard.cpp" ;;
    hounsfield) dicom_target hounsfield "$dicom/Hounsfield/Hounsfield.c" ;;
    element_index | frame_table)
        dicom_target "$1" "$dicom"/Structure/*.cpp "$dicom/Frames/FrameTable.cpp" "$dicom/Frames/PixelFragments.cpp" \
            "$dicom/Guard.cpp"
        ;;
    character_set) dicom_target character_set "$dicom/Text/CharacterSet.cpp" ;;
    safetensors_header | pytorch_file | onnx_file)
        weight_modules
        parts="$import/Naming $import/Bytes $import/PyTorch"
        if [ "$1" = onnx_file ]; then
            parts="$parts $import/ONNX"
            modules="$modules $build/objects/SwiftProtobuf.o"
            [ -d "$protobuf" ] || swift package resolve
            swift_module SwiftProtobuf $(find "$protobuf" -name '*.swift')
        fi
        swift_target "$1" $(find $parts -name '*.swift') $modules $sandbox
        ;;
    npz_file)
        weight_modules
        swift_target npz_file $modules $sandbox
        ;;
    delimited_table)
        swift_module GantryCore $(find Sources/GantryCore -name '*.swift')
        swift_module GantryGround $(find Sources/GantryGround -name '*.swift') -I Sources/COpenSSL
        swift_target delimited_table Sources/GantryTraining/Data/*.swift "$build/objects/GantryCore.o" \
            "$build/objects/GantryGround.o" -I Sources/COpenSSL -lcrypto
        ;;
    image_files) image_target ;;
    keras_layers)
        weight_modules
        swift_module GantrySandbox $(find Sources/GantrySandbox -name '*.swift')
        swift_target keras_layers $(find "$import/Bytes" "$import/Keras" -name '*.swift' ! -name HDF5Child.swift) \
            $modules "$build/objects/GantrySandbox.o" $sandbox
        ;;
    reader_messages)
        sandbox_objects
        swift_module GantryCore $(find Sources/GantryCore -name '*.swift')
        swift_module GantrySandbox $(find Sources/GantrySandbox -name '*.swift')
        swift_target reader_messages Sources/GantryDICOM/Child/ReaderProtocol.swift \
            Sources/GantryDICOM/Child/ReaderMessages.swift Sources/GantryDICOM/Child/MessageBytes.swift \
            "Sources/GantryDICOM/Child/ImageFrame+Message.swift" Sources/GantryDICOM/File/FrameAddress.swift \
            "Sources/GantryDICOM/Child/ReaderAnswer+Checks.swift" \
            "$build/objects/GantryCore.o" "$build/objects/GantrySandbox.o" $sandbox
        ;;
    *)
        echo "fuzz: no target $1" >&2
        exit 64
        ;;
    esac
}

targets=${*:-element_index frame_table run_length jpeg_lossless jpeg_ls jpeg_stream jpeg_2000 jpeg_2000_stream
    hounsfield character_set safetensors_header pytorch_file onnx_file keras_layers npz_file delimited_table image_files reader_messages}
touch "$build/started"
python3 Fuzz/write_seeds.py "$build/seeds"
for target in $targets; do
    build_target "$target"
    mkdir -p "$build/corpus/$target"
    echo "fuzz: $target, $seconds s"
    # A leak is no finding here: the run-time libraries keep what they made once. An allocation of a declared length is
    # one. Swift's own crash handler would hide where it was.
    if ! SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 "$build/$target" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=256 \
        -max_len=65536 -print_final_stats=1 -artifact_prefix="$build/findings/$target-" \
        "$build/corpus/$target" "$build/seeds/$target" >"$build/$target.log" 2>&1; then
        tail -n 40 "$build/$target.log" >&2
        echo "fuzz: $target failed; the input lies in $build/findings" >&2
        exit 1
    fi
    grep -E 'DONE|number_of_executed_units' "$build/$target.log" | sed 's/^/    /'
done
echo "fuzz: no target failed"
