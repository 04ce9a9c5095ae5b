"""Problems lost and found from one checkpoint of a group to the next."""

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.analysis.clusters import joined
from boundary.analysis.select import by_model
from boundary.analysis.steps import FOUND, LOST
from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.colors import SHADES
from boundary.report.figures.group import DODGE, draw_points, mark_places
from boundary.report.figures.group_sharpening import UNKNOWN
from boundary.report.figures.style import AXIS, plain
from boundary.report.tables.steps import in_order, steps

LOOKS = {FOUND: (SHADES[0], "^"), LOST: (SHADES[2], "v")}


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `counts` of the models of `spec` in order, and `clusters` of the benchmark, if any."""
    families = [found.frame for found in given.get("clusters", ())]
    counts = {name: joined(frame, families) for name, frame in by_model(spec, given["counts"]).items()}
    names = in_order(spec["group"]["members"])
    return steps_figure(list(steps(names, [counts[name] for name in names], spec["level"])), spec)


def steps_figure(rows: list[dict], spec: FigureSpec) -> Figure:
    """For every member, the share that it solves minus the share that the previous member solves: of problems that
    the previous one never solved in half of its samples, and of those that it did. rows: of `tables.steps.steps`."""
    group = spec["group"] | {"members": sorted(spec["group"]["members"], key=lambda member: float(member["at"]))}
    figure, axes = plt.subplots(figsize=(5.2, 3.4), layout="constrained")
    for place, (what, (color, marker)) in enumerate(LOOKS.items()):
        found = {row["later_model"]: row for row in rows if row["what"] == what}
        of_members = [found.get(member["tuned"], UNKNOWN) for member in group["members"]]
        draw_points(
            axes, group, of_members, marker=marker, line="-", colors=color, shift=DODGE * (2 * place - 1), label=what
        )
    axes.axhline(0, color=AXIS, lw=0.8)
    mark_places(axes, group)
    axes.set_xlabel(plain(group["axis"]))
    ks = sorted({row["k"] for row in rows})
    axes.set_ylabel(f"pass@{' and '.join(map(str, ks))}, minus that of\nthe checkpoint before", fontsize=8)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8)
    title = f"{spec['title']}: {plain(group['title'])}, lost and found"
    figure.suptitle(f"{title}, {spec['level']:.0%} intervals over problems", fontsize=9)
    return figure
