# The main job and vLLM on NVIDIA GPUs. Built in the folder of the workflow: docker build -f envs/containers/vllm.Dockerfile .
FROM python:3.11-slim-bookworm
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends bubblewrap
COPY envs /opt/beyond-base/envs
WORKDIR /opt/beyond-base
RUN pip install -q -r envs/requirements-vllm.txt
COPY . /opt/beyond-base
WORKDIR /work
ENTRYPOINT ["snakemake", "-s", "/opt/beyond-base/Snakefile"]
