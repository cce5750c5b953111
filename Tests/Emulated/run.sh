#!/bin/sh
# The kernels of every instruction set, whatever this CPU has: on an emulated one, compared with the formula.
#
#     Tests/Emulated/run.sh
#
# The emulator, bochscpu of PyPI, lives in a virtual environment of its own, .venv-emulated, made on first use. AVX2's
# kernels are the control: emulated they must give the bytes that they give on this CPU.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD build=.build/emulated python=.venv-emulated/bin/python here=Tests/Emulated
fail() { echo "test-emulated: $1" >&2; exit 1; }
grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo || fail "needs a CPU with AVX2 and FMA, which judges"
if [ ! -x "$python" ] || ! "$python" -m pip show --quiet bochscpu-python; then
    echo "test-emulated: making .venv-emulated with bochscpu"
    rm -rf .venv-emulated
    python3 -m venv .venv-emulated
    "$python" -m pip install --quiet bochscpu-python==0.4.0
fi

rm -rf "$build" && mkdir -p "$build"
kernels=$root/Sources/CGantryKernels
(cd "$build" && printf '%s\n' "$kernels"/packed/*.c "$kernels"/training/*.c \
    "$root/$here/trials.c" "$root/$here/layers.c" "$root/$here/gradients.c" |
    xargs -d '\n' -n 1 -P 0 clang -O2 -g -Wall -Werror -I "$kernels/include" -c)
clang -static "$build"/*.o -lm -o "$build/trials"
clang -shared -fPIC "$here/bochs.c" -o "$build/bochs.so"

# All at once, for each takes one core.
for trial in 'avx2 f32' 'avx2 int8' 'avx512 f32' 'avx512bf16 bf16' 'avx512vnni int8' 'avx2vnni int8'; do
    "$python" -I "$here/emulate.py" "$build/bochs.so" "$build/trials" $trial compute >"$build/$trial" &
done
wait
status=0
for trial in 'avx512 f32' 'avx512bf16 bf16' 'avx512vnni int8' 'avx2vnni int8'; do
    # What is missing after a crash is said by the judge.
    "$build/trials" $trial judge <"$build/$trial" || status=1
done
for trial in 'avx2 f32' 'avx2 int8'; do
    "$build/trials" $trial compute >"$build/native"
    "$build/trials" $trial judge <"$build/native" || status=1
    cmp -s "$build/native" "$build/$trial" || fail "the emulated CPU computes $trial otherwise than this one"
done
exit $status
