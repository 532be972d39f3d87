#!/usr/bin/env bash
# All that wants a GPU, a stage a call, each within ten minutes: `benchmarks/gpu.sh tests`, `training DIR` (DIR holds
# CIFAR-10, as course_lib.data.load takes it), `sweep`, `optimizers`. PYTHON names the interpreter.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONPATH="$PWD"
python=${PYTHON:-python3}
case "${1:-}" in
    tests) "$python" -m pytest -q -p no:cacheprovider tests/training/test_cuda.py ;;
    training) "$python" benchmarks/training.py --peers --rounds 5 --cifar "${2:?give the folder of CIFAR-10}" ;;
    sweep) "$python" benchmarks/sweep.py --rounds 3 ;;
    optimizers) "$python" benchmarks/optimizers.py ;;
    *) sed -n 2,3p "$0" >&2; exit 2 ;;
esac
