"""The hospital's other systems, each behind one Protocol; a demo hospital inside.

``get_hospital()`` is the only way the house reaches a hospital information system.
"""

from functools import lru_cache

from hospital.protocol import HospitalSystem


@lru_cache(maxsize=1)
def get_hospital() -> HospitalSystem:
    """The hospital system of this installation; the demo hospital until a real one is connected."""
    from hospital.demo.service import DemoHospital  # noqa: PLC0415  (an adapter loads only when it is the one used)

    return DemoHospital()


__all__ = ["HospitalSystem", "get_hospital"]
