"""Opens a bundle of `snakemake bundle`: python workflow/scripts/open_bundle.py results/bundle.tar.gz folder"""

import sys
from pathlib import Path

from boundary.bundling.opening import open_bundle
from boundary.errors import InputError

if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        config = open_bundle(Path(sys.argv[1]), Path(sys.argv[2]))
    except InputError as error:
        sys.exit(str(error))
    print(f"every file is what it was; now, in {sys.argv[2]}: snakemake --cores all --configfile {config.name}")
