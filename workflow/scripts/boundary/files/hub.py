"""Files from outside: branches of a hub locked to commits, and downloads before anything needs them.

The lock is a small YAML file next to the configuration: the commit of each branch when it was first used. From then on
that commit is the identity, even if the branch moves. Everything else is huggingface_hub: resumed downloads; HF_TOKEN,
HF_HOME, HF_ENDPOINT and HF_HUB_OFFLINE have their usual meaning. The lock is read at parse time, so heavy modules are
imported only where they are used.
"""

import datetime
import fnmatch
import hashlib
import json
import logging
import os
import re
from contextlib import contextmanager
from pathlib import Path

import yaml

from boundary.errors import InputError, listed
from boundary.files.yaml_text import parse_yaml

log = logging.getLogger(__name__)

WEIGHTS = ("*.safetensors", "*.json", "*.jinja", "*.txt", "*.model")  # of a model's repository
OLD_WEIGHTS = ("*.bin", *WEIGHTS[1:])  # where it has no safetensors
ADAPTER = ("adapter_config.json", "adapter_model.safetensors")
LOCKED = re.compile(r"(model|dataset) [A-Za-z0-9][\w.-]*/[\w.-]+(@[\w./-]+)?")  # a name of the lock
HEADER = "# The commits of hub branches when they were first used. `snakemake pin` takes today's instead.\n"


# --- the lock --------------------------------------------------------------------------------------------------------


def lock_file(config_file: str | Path) -> Path:
    """The lock file of a configuration file: mine.lock.yaml for mine.yaml."""
    return Path(config_file).with_suffix(".lock.yaml")


def read_lock(path: Path) -> dict[str, str]:
    """`model org/name` or `dataset org/name@branch` -> the same with its commit, as `org/name@<commit>`."""
    if not path.exists():
        return {}
    return {name: _at_commit(name, entry["commit"]) for name, entry in _locked(path).items()}


def write_lock(path: Path, names: list[str], renew: bool = False) -> dict[str, str]:
    """Look up the commits of `names` that are not in the lock file (or of all, to renew them) and write them there."""
    known = _locked(path) if path.exists() else {}
    for name in names:
        if renew or name not in known:
            commit = find_commit(name)
            if known.get(name, {}).get("commit") != commit:
                known[name] = {"commit": commit, "date": datetime.date.today().isoformat()}
                log.info("%s is commit %s from now on (%s)", name, commit, path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(HEADER + yaml.safe_dump(known, sort_keys=True))
    os.replace(temporary, path)
    return read_lock(path)


def _locked(path: Path) -> dict[str, dict]:
    """What a lock file says: a commit of every name. InputError where it is none."""
    try:
        known = parse_yaml(path.read_text()) or {}
        for name, entry in known.items():
            if not LOCKED.fullmatch(name) or not re.fullmatch("[0-9a-f]{40}", entry["commit"]):
                raise ValueError(f"{name!r:.100} is none of its lines")
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        said = " ".join(str(error).split())
        raise InputError(
            f"{path} is not a lock file of beyond-base ({said}); restore it, or delete it to lock again"
        ) from error
    return known


def _at_commit(name: str, commit: str) -> str:
    return f"{name.partition(' ')[2].partition('@')[0]}@{commit}"


def find_commit(name: str) -> str:
    """The current commit of a branch (by default the main one). name: `model org/name@branch`, `dataset org/name`."""
    kind, _, whole = name.partition(" ")
    repository, _, branch = whole.partition("@")
    from huggingface_hub import HfApi

    with _explained(kind, repository, branch):
        commit = HfApi().repo_info(repository, repo_type=kind, revision=branch or None).sha
    if commit is None:
        raise InputError(f"the hub names no commit of {kind} {whole}; name one, or a branch that has one")
    return commit


# --- downloads -------------------------------------------------------------------------------------------------------


def download(kind: str, pinned: str, patterns: list[str]) -> dict:
    """Fetch the files of a repository that match `patterns` into the hub's cache, checked against its checksums.

    kind: `model` or `dataset`. pinned: org/name@commit. Continues an earlier attempt. Returns a manifest: source,
    folder, and files in the order of `patterns`: name, size and sha256 of each.
    """
    repository, _, commit = pinned.partition("@")
    from huggingface_hub import snapshot_download

    with _explained(kind, repository, commit):
        folder = Path(snapshot_download(repository, repo_type=kind, revision=commit, allow_patterns=patterns))
        there = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        found = list(dict.fromkeys(name for pattern in patterns for name in fnmatch.filter(there, pattern)))
        missing = [pattern for pattern in patterns if not fnmatch.filter(there, pattern)]
        if kind == "dataset" and missing:
            raise InputError(f"{kind} {pinned} has no file {missing[0]!r}; it has {_listing(kind, repository, commit)}")
    return {"source": pinned, "folder": str(folder), "files": [_checked(folder, name) for name in found]}


def download_weights(pinned: str) -> dict:
    """Fetch a model: its weights (safetensors, else .bin), configuration and tokenizer."""
    manifest = download("model", pinned, list(WEIGHTS))
    if not any(file["name"].endswith(".safetensors") for file in manifest["files"]):
        manifest = download("model", pinned, list(OLD_WEIGHTS))
    names = [file["name"] for file in manifest["files"]]
    if "config.json" not in names or not any(name.endswith((".safetensors", ".bin")) for name in names):
        raise InputError(f"model {pinned} has no config.json and weights; it has {', '.join(names) or 'nothing'}")
    return manifest


def weights_size(pinned: str) -> int:
    """Bytes of the files that `download_weights` fetches, as the hub lists them."""
    repository, _, revision = pinned.partition("@")
    from huggingface_hub import HfApi

    with _explained("model", repository, revision):
        found = HfApi().model_info(repository, revision=revision or None, files_metadata=True, timeout=10).siblings
    sizes = {file.rfilename: file.size or 0 for file in found or []}
    patterns = WEIGHTS if fnmatch.filter(sizes, WEIGHTS[0]) else OLD_WEIGHTS
    return sum(size for name, size in sizes.items() if any(fnmatch.fnmatch(name, pattern) for pattern in patterns))


def download_tokenizer(pinned: str) -> dict:
    """Fetch the tokenizer of a model, and its configuration."""
    return download("model", pinned, list(WEIGHTS[1:]))


def download_adapter(pinned: str) -> dict:
    """Fetch an adapter (PEFT): its weights and its configuration."""
    manifest = download("model", pinned, list(ADAPTER))
    if len(manifest["files"]) < len(ADAPTER):
        raise InputError(f"model {pinned} is no adapter: it must have {' and '.join(ADAPTER)}")
    return manifest


def download_url(url: str, sha256: str | None, folder: Path) -> dict:
    """Fetch one file from an address, checked against `sha256` if it is known."""
    import pooch
    import requests

    name = url.rsplit("/", 1)[1]
    try:
        pooch.retrieve(url, sha256 and f"sha256:{sha256}", fname=name, path=folder, progressbar=False)
    except ValueError as error:
        raise InputError(f"{url} is not the file it was: {error}") from error
    except (requests.RequestException, OSError) as error:
        raise InputError(
            f"{url} cannot be fetched ({error}). Without a network, fetch it elsewhere and name the copy by `file`"
        ) from error
    return {"source": url, "folder": str(folder), "files": [_checked(folder, name)]}


def fetched_again(manifest_file: str | Path, spec: dict, folder: Path) -> list[Path]:
    """`paths_of`; if the manifest was deleted, the files of this download are fetched again. folder: for a `url`."""
    if Path(manifest_file).exists():
        return paths_of(manifest_file)
    if "hub" in spec:
        manifest = download("dataset", spec["hub"], spec["files"])
    else:
        manifest = download_url(spec["url"], spec.get("sha256"), folder)
    return [Path(manifest["folder"], file["name"]) for file in manifest["files"]]


def paths_of(manifest_file: str | Path) -> list[Path]:
    """The downloaded files that a manifest names. InputError if one is missing from the cache, or different."""
    manifest = json.loads(Path(manifest_file).read_text())
    paths = [Path(manifest["folder"], file["name"]) for file in manifest["files"]]
    for path, file in zip(paths, manifest["files"], strict=True):
        if not path.is_file() or path.stat().st_size != file["size"]:
            raise InputError(f"{path} was downloaded and is gone, or changed: delete {manifest_file} and run again")
    return paths


def folder_of(manifest_file: str | Path) -> str:
    """The folder of the downloaded files of a manifest, all of which must exist."""
    paths_of(manifest_file)
    return json.loads(Path(manifest_file).read_text())["folder"]


def _checked(folder: Path, name: str) -> dict:
    """Name, size and sha256 of a file. The hub's cache names a file by its checksum: InputError where it differs."""
    path = folder / name
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    named = path.resolve().name
    if path.is_symlink() and len(named) == 40:  # a small file, by git's checksum
        actual = hashlib.sha1(b"blob %d\0" % path.stat().st_size + path.read_bytes()).hexdigest()
    else:
        actual = sha256 if path.is_symlink() and len(named) == 64 else named
    if actual != named:
        raise InputError(f"{path.resolve()} is damaged (its checksum is {actual}): delete it and run again")
    return {"name": name, "size": path.stat().st_size, "sha256": sha256}


def _listing(kind: str, repository: str, commit: str) -> str:
    from huggingface_hub import HfApi

    return listed(HfApi().list_repo_files(repository, repo_type=kind, revision=commit), most=20)


@contextmanager
def _explained(kind: str, repository: str, revision: str):
    """What goes wrong between here and the hub, in one line that says what to do."""
    from huggingface_hub import constants, errors

    what, where = f"{kind} {repository}", constants.ENDPOINT
    try:
        yield
    except errors.GatedRepoError as error:
        raise InputError(
            f"{what} is gated: accept its licence at {where}/{repository}, then set HF_TOKEN to a token of your account"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise InputError(f"{what} has no revision {revision or 'main'!r} at {where}") from error
    except errors.RepositoryNotFoundError as error:
        raise InputError(
            f"there is no {what} at {where}, or it is private: check the hub id, or set HF_TOKEN to a token of one "
            f"who may read it{_as_folder(kind, repository)}"
        ) from error
    except (errors.OfflineModeIsEnabled, errors.LocalEntryNotFoundError) as error:
        raise _unreachable(what, where, error) from error
    except (errors.HfHubHTTPError, errors.EntryNotFoundError) as error:
        raise InputError(f"{what}@{revision} cannot be fetched from {where}: {error}") from error
    except (errors.HTTPError, OSError) as error:
        raise _unreachable(what, where, error) from error


class UnreachableError(InputError):
    """There is no network, or the hub does not answer."""


def _unreachable(what: str, where: str, error: Exception) -> UnreachableError:
    return UnreachableError(
        f"{what} is not in the cache, and {where} cannot be reached ({type(error).__name__}: {error}). Run this once "
        f"with a network, or fill HF_HOME elsewhere; HF_ENDPOINT names a mirror{_as_folder(*what.split())}"
    )


def _as_folder(kind: str, repository: str) -> str:
    """The other reading of a model's name, which no folder answered to."""
    return f". If a folder was meant: there is no {repository} in {Path.cwd()}" if kind == "model" else ""
