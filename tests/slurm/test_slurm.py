"""A real SLURM on loopback: two nodes, two pretended GPUs each. The workflow runs through its SLURM profile."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import polars as pl
import pytest

from conftest import GIVEN_UP, ROOT, fresh_project, missing, tiny_config

pytestmark = pytest.mark.ci

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
# Each job locks a file per GPU of its node for its life; one that meets another there says so, and fails. None goes on
# before there is a file `go-on`, and the first of the run not even then.
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
    try:
        with open({markers!r} + "/slow", "x") as file:
            file.write(os.environ["SLURM_JOB_ID"])
        time.sleep({given_up})
    except FileExistsError:
        deadline = time.monotonic() + {given_up}
        while not Path({markers!r}, "go-on").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
    return leased
"""


# without accounting; a cluster of two cores; statuses sooner than on a real one
OPTIONS = ["--workflow-profile", "slurm", "--slurm-no-account", "--slurm-status-command", "squeue"]
OPTIONS += ["--slurm-init-seconds-before-status-checks", "5", "--latency-wait", "10"]
OPTIONS += ["--default-resources", "slurm_partition=tiny", "mem_mb=1000", "runtime=60"]


def wait_until(condition) -> None:
    deadline = time.monotonic() + GIVEN_UP
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
            try:
                daemon.wait(timeout=30)
            except subprocess.TimeoutExpired:  # a node waits for what a failed test left running on it
                daemon.kill()
                daemon.wait()
        for link in linked:
            link.unlink(missing_ok=True)


def jobs() -> list[dict[str, str]]:
    """What SLURM knows of every job, running or ended."""
    listed = output("scontrol", "show", "jobs", "--oneliner").splitlines()
    return [dict(re.findall(r"(\S+?)=(\S*)", line)) for line in listed if line.startswith("JobId=")]


def rule_of(job: dict[str, str]) -> str:
    return job["Comment"].removeprefix("rule_").partition("_wildcards")[0]


def lose(node: str) -> None:
    """As when a node crashes and starts again. It may come back by itself, before or while it is told to."""
    update = ["scontrol", "update", f"NodeName={node}", "Reason=test"]
    subprocess.run([*update, "State=DOWN"], check=True)

    def back() -> bool:
        (state,) = re.findall(r" State=(\S+)", output("scontrol", "show", "node", node, "--oneliner"))
        if "DOWN" in state:
            subprocess.run([*update, "State=RESUME"])  # refused where it is back by now
        return "DOWN" not in state

    wait_until(back)


def test_a_run_through_the_profile_outlives_a_cancelled_job_a_time_out_and_a_lost_node(slurm, finished, tmp_path):
    project = fresh_project(tmp_path / "project")
    markers = tmp_path / "markers"
    markers.mkdir()
    devices = project.path("workflow/scripts/boundary/sampling/devices.py")
    devices.write_text(devices.read_text() + EXCLUSIVE.format(markers=str(markers), given_up=GIVEN_UP))
    config = tiny_config(models={"countdown-base": {}, "countdown-grpo-50": {}})
    del config["benchmarks"]["chain"]
    command = project.command(*OPTIONS, "--set-resources", "sample_block:mem_mb=1000", config=config)
    log = project.root / "run.log"
    with log.open("w") as file:
        run = subprocess.Popen(command, cwd=project.root, stdout=file, stderr=file, stdin=subprocess.DEVNULL)

        def marked(name: str) -> list[str]:
            assert run.poll() in (None, 0), log.read_text()[-5000:]
            return (markers / name).read_text().split() if (markers / name).exists() else []

        wait_until(lambda: len(marked("taken")) == 4 and marked("slow"))
        assert len(set(marked("taken"))) == 4  # every block has a GPU of its own
        (slow,) = marked("slow")  # the job that takes longer than it said
        nodes = {job["JobId"]: job["NodeList"] for job in jobs() if job["JobState"] == "RUNNING"}
        other = next(job for job, node in nodes.items() if node == nodes[slow] and job != slow)
        subprocess.run(["scontrol", "update", f"JobId={slow}", "TimeLimit=1"], check=True)
        subprocess.run(["scancel", other], check=True)
        lose({"n1": "n2", "n2": "n1"}[nodes[slow]])
        (markers / "go-on").touch()
        assert run.wait(timeout=GIVEN_UP) == 0, log.read_text()[-5000:]
    subprocess.run(["pkill", "-9", "-f", str(project.root)])  # what the lost node left running

    assert {"CANCELLED", "TIMEOUT"} <= {job["JobState"] for job in jobs()}
    assert any(job["JobState"] == "NODE_FAIL" or int(job["Restarts"]) for job in jobs())  # SLURM itself starts it again
    submitted = set(map(rule_of, jobs()))
    assert {"build_benchmark", "sample_block", "verify_block", "summarise_curve"} <= submitted
    assert not submitted & {"render_prompts", "state_claims", "make_report"}, "a small job went to the scheduler"
    assert not list(markers.glob("collision-*")), "two jobs held one GPU at the same time"
    assert len(marked("taken")) >= 7  # four, and those of the jobs that were cut off
    blocks = [path.relative_to(project.root) for path in project.root.glob("results/samples/*/*/*/[0-9]*.parquet")]
    assert len(blocks) == 4
    for block in blocks:
        ours, theirs = (pl.read_parquet(run.root / block).drop("cumulative_logprob") for run in (project, finished))
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
    assert "RuntimeError: injected (results/logs/verdicts/chain-base" in said
    assert re.search(r"the weights '.*damaged' cannot be loaded: .* \(results/logs/samples/damaged", said)
