"""From a photographed report to checked values: reading and measuring, never deciding (NMPA 2021 No. 47)."""
