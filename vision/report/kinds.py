"""The words that every part of reading a report uses."""

from enum import StrEnum


class ReportKind(StrEnum):
    """What kind of paper it is; everything but LAB has a narrative and may have no items."""

    LAB = "lab"
    ULTRASOUND = "ultrasound"
    CT = "ct"
    MRI = "mri"
    XRAY = "xray"
    PATHOLOGY = "pathology"
    ENDOSCOPY = "endoscopy"
    ECG = "ecg"
    DISCHARGE = "discharge"
    UNKNOWN = "unknown"


class Comparator(StrEnum):
    """What stands before a number that the instrument could not give exactly."""

    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


class Flag(StrEnum):
    """A value against its range. ABNORMAL: a text or a grade that is not the expected one, so neither low nor high."""

    LOW = "low"
    HIGH = "high"
    NORMAL = "normal"
    ABNORMAL = "abnormal"
    UNKNOWN = "unknown"


class Specimen(StrEnum):
    """What was examined. BLOOD is whole blood, SERUM serum or plasma for chemistry, PLASMA citrated plasma, GAS an
    arterial (or venous) sample for blood gases."""

    BLOOD = "blood"
    SERUM = "serum"
    PLASMA = "plasma"
    GAS = "gas"
    URINE = "urine"
    STOOL = "stool"
    CSF = "csf"
    FLUID = "fluid"
    SEMEN = "semen"
    SWAB = "swab"
    OTHER = "other"

    @property
    def family(self) -> str:
        """Specimens between which a sheet does not distinguish by its title: all that is drawn as blood is one."""
        return "blood" if self in {self.BLOOD, self.SERUM, self.PLASMA, self.GAS} else self.value


class Sex(StrEnum):
    """As ranges are given by."""

    MALE = "male"
    FEMALE = "female"
