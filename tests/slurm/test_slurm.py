"""A real SLURM on loopback: two nodes, two pretended GPUs each. The workflow runs through its SLURM profile."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import polars as pl
import pytest

from conftest import ROOT, fresh_project, missing, tiny_config

DAEMONS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol")
CONF = """
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=26817
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={base}/munge.socket
SlurmctldPidFile={base}/slurmctld.pid
SlurmdPidFile={base}/slurmd.%n.pid
SlurmctldLogFile={base}/slurmctld.log
SlurmdLogFile={base}/slurmd.%n.log
StateSaveLocation={base}/state
SlurmdSpoolDir={base}/spool.%n
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
KillWait=3
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0
GresTypes=gpu
MinJobAge=3600
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=27001 CPUs=2 RealMemory=200000 Gres=gpu:2
NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=27002 CPUs=2 RealMemory=200000 Gres=gpu:2
PartitionName=tiny Nodes=n[1-2] Default=YES MaxTime=600 State=UP
"""
# each job locks a file per GPU of its node for its life; one that meets another there says so, and fails
EXCLUSIVE = """

_lease = lease_gpus
_held = []


def lease_gpus(count=1, free=0.9):
    import fcntl

    leased = _lease(count, free)
    assert leased, "SLURM gave this job no GPU"
    for gpu in leased:
        name = os.environ["SLURMD_NODENAME"] + "-" + gpu
        _held.append(open({markers!r} + "/" + name, "w"))
        try:
            fcntl.flock(_held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            Path({markers!r}, "collision-" + name).touch()
            raise
        with open({markers!r} + "/taken", "a") as file:
            file.write(name + "\\n")
    time.sleep(4)  # long enough to overlap
    try:
        with open({markers!r} + "/slow", "x") as file:
            file.write(os.environ["SLURM_JOB_ID"])
    except FileExistsError:
        return leased
    time.sleep(600)  # the first job of the run takes longer than it said
"""


# without accounting; a cluster of two cores; statuses sooner than on a real one
OPTIONS = ["--workflow-profile", "slurm", "--slurm-no-account", "--slurm-status-command", "squeue"]
OPTIONS += ["--slurm-init-seconds-before-status-checks", "5", "--latency-wait", "10"]
OPTIONS += ["--default-resources", "slurm_partition=tiny", "mem_mb=1000", "runtime=30"]


def wait_until(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def slurm():
    """Daemons of a cluster of our own, taken down at the end."""
    if any(shutil.which(name) is None for name in DAEMONS):
        missing("no SLURM: apt install slurm-wlm munge")
    base, conf = Path("/tmp/beyond-base-slurm"), Path("/etc/slurm/slurm.conf")  # the sockets want a short path
    if conf.exists() and conf.resolve().parent != base:  # a killed run of this test leaves links to its own
        missing("this machine has a SLURM of its own")
    shutil.rmtree(base, ignore_errors=True)
    for folder in ("", "state", "spool.n1", "spool.n2"):
        (base / folder).mkdir(parents=True)
    base.chmod(0o755)
    for gpu in range(2):  # the number at the end becomes the index in CUDA_VISIBLE_DEVICES
        subprocess.run(["mknod", base / f"nvidia{gpu}", "c", "1", "3"], check=True)
    (base / "slurm.conf").write_text(CONF.format(base=base))
    (base / "gres.conf").write_text(f"Name=gpu File={base}/nvidia[0-1]\n")
    (base / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
    linked = [Path("/etc/slurm") / f"{name}.conf" for name in ("slurm", "gres", "cgroup")]
    Path("/etc/slurm").mkdir(exist_ok=True)
    for link in linked:
        link.unlink(missing_ok=True)
        link.symlink_to(base / link.name)
    key = base / "munge.key"
    key.write_bytes(b"beyond-base" * 12)
    key.chmod(0o400)
    files = [f"--{name}-file={base}/munge.{name}" for name in ("key", "pid", "log", "seed")]
    daemons = [
        ["munged", "-F", "--force", f"--socket={base}/munge.socket", *files],
        ["slurmctld", "-D"],
        ["slurmd", "-D", "-N", "n1"],
        ["slurmd", "-D", "-N", "n2"],
    ]
    running = []
    try:
        for daemon in daemons:
            with (base / f"{daemon[0]}.{len(running)}.out").open("w") as log:
                running.append(subprocess.Popen(daemon, stdout=log, stderr=log))
            if daemon[0] == "munged":
                wait_until((base / "munge.socket").exists)
        ready = ["sinfo", "-h", "-N", "-o", "%T"]
        wait_until(lambda: subprocess.run(ready, capture_output=True, text=True).stdout.split() == ["idle"] * 2)
        yield
    finally:
        subprocess.run(["scancel", "--user=root"], timeout=30)
        for daemon in reversed(running):
            daemon.terminate()
        for daemon in running:
            daemon.wait(timeout=30)
        for link in linked:
            link.unlink(missing_ok=True)


def jobs() -> list[dict[str, str]]:
    """What SLURM knows of every job, running or ended."""
    listed = output("scontrol", "show", "jobs", "--oneliner").splitlines()
    return [dict(re.findall(r"(\S+?)=(\S*)", line)) for line in listed if line.startswith("JobId=")]


def rule_of(job: dict[str, str]) -> str:
    return job["Comment"].removeprefix("rule_").partition("_wildcards")[0]


def test_a_run_through_the_profile_outlives_a_cancelled_job_a_time_out_and_a_lost_node(slurm, finished, tmp_path):
    project = fresh_project(tmp_path / "project")
    markers = tmp_path / "markers"
    markers.mkdir()
    devices = project.path("workflow/scripts/boundary/sampling/devices.py")
    devices.write_text(devices.read_text() + EXCLUSIVE.format(markers=str(markers)))
    options = [*OPTIONS, "--set-resources", "sample_block:mem_mb=1000", "sample_block:runtime=attempt"]
    command = project.command(*options, config=tiny_config())
    log = project.root / "run.log"
    with log.open("w") as file:
        run = subprocess.Popen(command, cwd=project.root, stdout=file, stderr=file, stdin=subprocess.DEVNULL)

        def sampling(node: str, but: str = "") -> list[dict[str, str]]:
            running = [job for job in jobs() if job["JobState"] == "RUNNING" and job["NodeList"] == node]
            return [job for job in running if "sample" in rule_of(job) and job["JobId"] != but]

        def ready(condition) -> bool:
            assert run.poll() is None, log.read_text()[-5000:]
            return condition()

        marker = markers / "slow"
        wait_until(
            lambda: ready(lambda: marker.exists() and marker.read_text()), 400
        )  # this job is left to run out of its minute
        slow = marker.read_text()
        here = next(job["NodeList"] for job in jobs() if job["JobId"] == slow)
        there = {"n1": "n2", "n2": "n1"}[here]
        wait_until(lambda: ready(lambda: sampling(here, but=slow)), 400)
        subprocess.run(["scancel", sampling(here, but=slow)[0]["JobId"]], check=True)
        wait_until(lambda: ready(lambda: sampling(there)), 400)
        for state in ("DOWN", "RESUME"):
            subprocess.run(["scontrol", "update", f"NodeName={there}", f"State={state}", "Reason=test"], check=True)
        assert run.wait(timeout=540) == 0, log.read_text()[-5000:]
    subprocess.run(["pkill", "-9", "-f", str(project.root)])  # what the lost node left running

    assert {"CANCELLED", "TIMEOUT"} <= {job["JobState"] for job in jobs()}
    assert any(job["JobState"] == "NODE_FAIL" or int(job["Restarts"]) for job in jobs())  # SLURM itself starts it again
    submitted = set(map(rule_of, jobs()))
    assert {"build_benchmark", "sample_block", "verify_block", "summarise_curve"} <= submitted
    assert not submitted & {"render_prompts", "state_claims", "make_report"}, "a small job went to the scheduler"
    assert not list(markers.glob("collision-*")), "two jobs held one GPU at the same time"
    taken = (markers / "taken").read_text().split()
    assert len(taken) >= 6
    assert len(set(taken)) >= 2  # more than one GPU was used
    local = {
        path.relative_to(finished.root): path for path in finished.root.glob("results/samples/*/*/*/[0-9]*.parquet")
    }
    for path, same in local.items():
        ours, theirs = (pl.read_parquet(file).drop("cumulative_logprob") for file in (project.path(str(path)), same))
        assert ours.drop("text", "tokens").equals(theirs.drop("text", "tokens"))
        assert (ours["text"] != theirs["text"]).sum() <= 1  # a tie of rounding, where a job was cut off
    assert project.path("results/report.html").exists()


def test_faults_of_weights_and_of_verification_show_their_own_reason(slurm, tmp_path):
    project = fresh_project(tmp_path / "project")
    damaged = shutil.copytree(ROOT / "resources/zoo/chain-base", tmp_path / "damaged")
    settings = json.loads((damaged / "config.json").read_text())
    (damaged / "config.json").write_text(json.dumps(settings | {"intermediate_size": 24}))  # another than the weights'
    models = {"chain-base": {}, "damaged": {"weights": str(damaged), "prompt": "chain", "dtype": "float32"}}
    config = tiny_config(models=models, pairs=[])
    config["benchmarks"] = {"chain": {"problems": 5, "samples": 2, "block": 2}}
    line = "    samples = pl.concat(identity)\n"
    project.edit("workflow/scripts/boundary/verifying/verify.py", line, f'    raise RuntimeError("injected")\n{line}')
    options = [*OPTIONS, "--set-resources", "sample_block:mem_mb=1000", "sample_block:gpu=0", "--retries", "0"]
    said = project.snakemake("verdicts", *options, config=config, fails=True).partition("2 jobs failed:")[2]
    assert "RuntimeError: injected (logs/verdicts/chain-base" in said
    assert re.search(r"the weights '.*damaged' cannot be loaded: .* \(logs/samples/damaged", said)
