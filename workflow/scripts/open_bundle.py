"""Opens a bundle of `snakemake bundle`: python workflow/scripts/open_bundle.py results/bundle.tar.gz folder [GB]

GB: what it may unpack to, if that is more than 100.
"""

import sys
from pathlib import Path

from boundary.bundling.archive import MOST_BYTES
from boundary.bundling.opening import open_bundle
from boundary.errors import InputError

if __name__ == "__main__":
    bundle, folder, *most = sys.argv[1:] if len(sys.argv) in (3, 4) else sys.exit(__doc__)
    if most and not most[0].isdecimal():
        sys.exit(__doc__)
    try:
        config = open_bundle(Path(bundle), Path(folder), int(most[0]) * 10**9 if most else MOST_BYTES)
    except InputError as error:
        sys.exit(str(error))
    print(f"all files are unchanged; now run in {folder}: snakemake --cores all --configfile {config.name}")
