"""Laboratory sheets whose truth is known: drawn, printed on paper, photographed, all by arithmetic."""
