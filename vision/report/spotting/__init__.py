"""What blur took of a sheet's names, units, ranges and arrows, told from what the recogniser still holds for likely."""

from vision.report.spotting.arrows import spotted_arrows
from vision.report.spotting.names import spotted_names
from vision.report.spotting.ranges import spotted_ranges
from vision.report.spotting.units import spotted_units

__all__ = ["spotted_arrows", "spotted_names", "spotted_ranges", "spotted_units"]
