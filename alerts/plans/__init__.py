"""Response plans: prepared beforehand (预案), filled for an incident (应对处置方案)."""
