"""The columns of a frame and their types, as polars takes them."""

import polars as pl

Schema = dict[str, pl.DataType | type[pl.DataType]]
