"""From a phone video to repetitions, faults and a score: measuring, never deciding (NMPA 2021 No. 47, class II)."""
