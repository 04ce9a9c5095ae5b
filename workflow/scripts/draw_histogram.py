"""Adapter of rule draw_histogram."""

from boundary import store
from boundary.figures.histogram import histogram_figure
from boundary.figures.style import save
from boundary.guess import guess_histogram, guess_rates
from boundary.job import logged
from boundary.passk import by_model

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        counts = by_model(spec, map(store.read, snakemake.input.counts))
        rates = guess_rates(store.read(snakemake.input.problems))
        guesses = None if rates is None else guess_histogram(rates, min(frame["n"].min() for frame in counts.values()))
        save(histogram_figure(counts, spec, guesses), *snakemake.output)
