"""Names for groups: places of calm, none of them a rank."""

import random

NAMES = (
    "Harbor", "Lighthouse", "Orchard", "Meadow", "Ridge", "Cedar", "Willow", "Juniper", "Heron", "Kestrel", "Lantern",
    "Compass", "Bridge", "Cove", "Delta", "Ember", "Fjord", "Glade", "Hearth", "Island", "Lagoon", "Maple", "North",
    "Oak", "Pine", "Quarry", "River", "Spring", "Terrace", "Upland", "Valley", "Wharf", "Yarrow", "Zephyr", "Alder",
    "Birch", "Canyon", "Dune", "Estuary", "Fern", "Grove", "Heath", "Inlet", "Jetty", "Knoll", "Larch", "Mesa",
    "Nectar", "Oasis", "Prairie", "Reef", "Sequoia", "Tundra", "Vista", "Weir",
)  # fmt: skip


def group_names(count, *, seed):
    """``count`` different names, the same for the same seed; numbered when the list runs out."""
    order = random.Random(seed).sample(NAMES, len(NAMES))  # noqa: S311  # names, not secrets
    return [name if not lap else f"{name} {lap + 1}" for lap in range(count // len(order) + 1) for name in order][
        :count
    ]
