import matplotlib.pyplot as plt
import polars as pl

pairs = pl.read_csv("results/tables/pairs_long.csv", infer_schema_length=None)
names = ("base", "tuned", "benchmark", "decoding")
first = pairs.row(0, named=True)
for side in ("base", "tuned"):
    curve = pairs.filter(**{name: first[name] for name in names}, quantity=f"{side}_passk")
    plt.fill_between(curve["k"], curve["low"], curve["high"], alpha=0.2)
    plt.semilogx(curve["k"], curve["estimate"], base=2, label=first[side])
plt.legend(title=f"pass@k on {first['benchmark']}")
plt.savefig("pair.png")
