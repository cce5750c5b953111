#!/bin/sh
# Prints wall clock and memory of a whole study, files to report, and of the same job in Python in the same run.
#
#     Benchmarks/Study/run.sh [options of study_benchmark.py measure]     300 slices, beside the peers
#     Benchmarks/Study/run.sh --opinion [options of ... opinion]          what DCMTK's second opinion costs
#     Benchmarks/Study/run.sh --formats [options of ... formats]          what reports in more formats cost
#     Benchmarks/Study/run.sh --flatness [options of ... flatness]        Gantry alone, 50 to 2,000 slices
#
# Series and models are made once, in .build/bench-study (1.3 GB with the 2,000 slices). The peers live in .venv-bench,
# which the other benchmarks use too.
set -eu
cd "$(dirname "$0")/../.."
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
folder=.build/bench-study
python=$PWD/.venv-bench/bin/python
gantry=.build/release/gantry
pipeline=Pipelines/covid19-chest-ct

study() { task=$1; shift; python3 Benchmarks/Study/study_benchmark.py "$task" "$folder" --gantry "$gantry" "$@"; }

swift build -c release --product gantry
case "${1:-}" in
--opinion | --formats | --flatness)
    task=${1#--}
    shift
    study make --model "$pipeline/model.safetensors"
    [ "$task" = flatness ] || set -- --precisions f32 "$@"
    study "$task" "$@"
    exit
    ;;
esac

[ -x "$python" ] || python3 -m venv .venv-bench || echo "benchmark: no virtual environment to be had here"
modules='gdcm, nncf, numpy, onnx, onnxruntime, openjpeg, openvino, PIL, pydicom, pylibjpeg, safetensors'
if ! "$python" -c "import $modules" 2>/dev/null; then
    echo "benchmark: adding pydicom with its plug-ins, GDCM, Pillow, ONNX Runtime, OpenVINO and NNCF to .venv-bench"
    "$python" -m pip install --quiet numpy pydicom python-gdcm pylibjpeg pylibjpeg-openjpeg pillow onnx onnxruntime \
        openvino nncf safetensors \
        || { echo "benchmark: no Python packages to be had here; the peers are skipped."; python=""; }
fi
study make --model "$pipeline/model.safetensors" ${python:+--python "$python"}
if [ -n "$python" ] && [ ! -f "$folder/peers/model-int8.xml" ]; then
    mkdir -p "$folder/peers"
    "$python" Benchmarks/Study/peer_models.py "$folder/bundle-f32/model.safetensors" "$folder/uncompressed-300" \
        "$folder/peers" > "$folder/peers/log.txt" 2>&1 \
        || { cat "$folder/peers/log.txt"; echo "benchmark: the peers' models cannot be made here"; exit 1; }
fi
study measure ${python:+--python "$python"} "$@"
